"""The shop, its places, languages and policies, and the app's own installation."""

from __future__ import annotations

from typing import Any

from babel import Locale

from devstore.admin.connections import page
from devstore.admin.fields import Ask, constant, identified, plain, resolver
from devstore.admin.search import matching
from devstore.admin.subscriptions import in_force
from devstore.admin.values import at, metafield, metafields
from devstore.gids import gid, number
from devstore.store import Document

APP_ID = 200_300_400
INSTALLATION_ID = 500_600_700
APP_METAFIELD = "app_metafield"
"""The kind of documents that the app stores with its own installation; themes read them as `app.metafields`."""

NEW_ACCOUNTS = "NEW_CUSTOMER_ACCOUNTS"

identified("Shop")
plain(
    "Shop",
    name="name",
    email="email",
    contactEmail=lambda shop, ask, args: shop.get("customer_email") or shop["email"],
    myshopifyDomain="myshopify_domain",
    currencyCode="currency",
    ianaTimezone="iana_timezone",
    timezoneAbbreviation=constant("CET"),
    url=lambda shop, ask, args: _primary_domain(shop, ask)["url"],
    description=lambda shop, ask, args: shop.get("_description"),
    shopOwnerName="shop_owner",
    enabledPresentmentCurrencies="enabled_presentment_currencies",
    primaryDomain=lambda shop, ask, args: _primary_domain(shop, ask),
    shopAddress=lambda shop, ask, args: shop,
    billingAddress=lambda shop, ask, args: shop,
    shopPolicies=lambda shop, ask, args: ask.store.all("policy"),
    plan=lambda shop, ask, args: shop,
    customerAccountsV2=lambda shop, ask, args: shop,
    customerAccounts=constant("OPTIONAL"),
    taxesIncluded="taxes_included",
    taxShipping="tax_shipping",
    checkoutApiSupported=constant(True),
    setupRequired=constant(False),
    transactionalSmsDisabled=constant(False),
    weightUnit=constant("KILOGRAMS"),
    unitSystem=constant("METRIC_SYSTEM"),
    orderNumberFormatPrefix=constant("#"),
    orderNumberFormatSuffix=constant(""),
    createdAt=at("created_at"),
    updatedAt=at("updated_at"),
    metafield=metafield,
    metafields=metafields,
)
plain(
    "ShopAddress",
    id=lambda shop, ask, args: gid("ShopAddress", shop["id"]),
    address1="address1",
    address2="address2",
    city="city",
    company="name",
    country="country_name",
    countryCodeV2="country_code",
    phone="phone",
    province="province",
    provinceCode="province_code",
    zip="zip",
    latitude="latitude",
    longitude="longitude",
    coordinatesValidated=constant(True),
)
plain(
    "ShopPlan",
    publicDisplayName="plan_display_name",
    shopifyPlus=lambda shop, ask, args: "plus" in (shop.get("plan_name") or ""),
    partnerDevelopment=lambda shop, ask, args: shop.get("plan_name") == "partner_test",
)
plain(
    "CustomerAccountsV2",
    customerAccountsVersion=lambda shop, ask, args: (
        NEW_ACCOUNTS if NEW_ACCOUNTS in str(shop.get("_customer_accounts", NEW_ACCOUNTS)).upper() else "CLASSIC"
    ),
    url=lambda shop, ask, args: f"{ask.world.config.public_origin}/account",
    loginLinksVisibleOnStorefrontAndCheckout=constant(True),
    loginRequiredAtCheckout=constant(False),
)
plain(
    "Domain",
    id=lambda domain, ask, args: gid("Domain", 1),
    host="host",
    url="url",
    sslEnabled=lambda domain, ask, args: domain["url"].startswith("https"),
)

identified("ShopPolicy")
plain("ShopPolicy", title="title", body="body", url="url", type="type")
plain("ShopPolicy", createdAt=at("created_at"), updatedAt=at("updated_at"))
plain("ShopLocale", locale="locale", primary="primary", published="published", name="name")

plain(
    "AppInstallation",
    id=constant(gid("AppInstallation", INSTALLATION_ID)),
    app=lambda installation, ask, args: installation,
    accessScopes=lambda installation, ask, args: _scopes(installation["scopes"]),
    activeSubscriptions=lambda installation, ask, args: in_force(ask.store),
    launchUrl=lambda installation, ask, args: ask.world.config.app_url,
    metafield=metafield,
    metafields=metafields,
)
plain("AccessScope", handle="handle", description="description")
plain(
    "App",
    id=constant(gid("App", APP_ID)),
    apiKey=lambda installation, ask, args: ask.world.config.api_key,
    handle=constant("postlude"),
    title=constant("Postlude"),
    embedded=constant(True),
)

identified("Location")
plain(
    "Location",
    name="name",
    isActive="active",
    isFulfillmentService=constant(False),
    fulfillsOnlineOrders=constant(True),
    shipsInventory=constant(True),
    address=lambda location, ask, args: location,
    localPickupSettingsV2=lambda location, ask, args: location.get("_local_pickup"),
    createdAt=at("created_at"),
    updatedAt=at("updated_at"),
)
plain("DeliveryLocalPickupSettings", instructions="instructions", pickupTime="pickup_time")
plain(
    "LocationAddress",
    address1="address1",
    address2="address2",
    city="city",
    country="country_name",
    countryCode="country_code",
    phone="phone",
    province="province",
    provinceCode="province_code",
    zip="zip",
    latitude="_latitude",
    longitude="_longitude",
)


@resolver("QueryRoot", "shop")
def _shop(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    return ask.world.shop()


@resolver("QueryRoot", "shopLocales")
def _shop_locales(root: Any, ask: Ask, args: dict[str, Any]) -> list[Document]:
    shop = ask.world.shop()
    known = shop.get("_locales") or [{"locale": shop.get("primary_locale", "en"), "primary": True, "published": True}]
    wanted = [each for each in known if args.get("published") in (None, each["published"])]
    return [{**each, "name": Locale.parse(each["locale"], sep="-").english_name} for each in wanted]


@resolver("QueryRoot", "currentAppInstallation")
def _installation(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    return {"id": INSTALLATION_ID, "scopes": sorted(ask.scopes), "_metafields": ask.store.all(APP_METAFIELD)}


@resolver("QueryRoot", "locations")
def _locations(root: Any, ask: Ask, args: dict[str, Any]) -> Any:
    active = [each for each in ask.store.all("location") if args.get("includeInactive") or each.get("active", True)]
    found = matching(args.get("query"), active, {"": lambda each: [each["name"]], "name": lambda each: each["name"]})
    keys = {"NAME": lambda each: each["name"].casefold(), "ID": lambda each: each["id"]}
    return page(found, args, keys.get(args.get("sortKey") or "NAME", keys["ID"]))


@resolver("QueryRoot", "location")
def _location(root: Any, ask: Ask, args: dict[str, Any]) -> Document | None:
    if not args.get("id"):
        return ask.store.all("location")[0]
    return ask.store.peek("location", number(args["id"], "Location"))


@resolver("QueryRoot", "storeCreditConfiguration")
def _store_credit(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    return {"enabled": bool(ask.world.shop().get("_store_credit_enabled", True))}


plain("StoreCreditConfiguration", storeCreditEnabled="enabled")


def _primary_domain(shop: Document, ask: Ask) -> Document:
    origin = ask.world.config.public_origin
    return shop.get("_primary_domain") or {"host": origin.split("//")[-1], "url": origin}


def _scopes(handles: list[str]) -> list[Document]:
    return [{"handle": handle, "description": handle.replace("_", " ").capitalize()} for handle in handles]
