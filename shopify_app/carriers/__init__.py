"""Who carries the parcel: names, numbers, links, and (later) the providers that report scans."""
