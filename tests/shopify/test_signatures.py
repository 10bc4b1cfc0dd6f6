"""Who is knocking: webhook, proxy and token proofs, held against Shopify's documented vectors."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from shopify_app.shopify.signatures import (
    BadSessionToken,
    BadSignature,
    VisitorKind,
    admin_visitor,
    extension_visitor,
    is_webhook,
    proxy_call,
    proxy_message,
    shop_domain,
)

KEY, SECRET, OLD = "client-id", "the current secret of the app 0123456789", "the previous secret of the app 9876543210"
SHOP = "mara-goods.myshopify.com"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

# shopify.dev, "Authenticate app proxies"
SIGNED = (
    "extra=1&extra=2&shop=shop-name.myshopify.com&logged_in_customer_id=1"
    "&path_prefix=%2Fapps%2Fawesome_reviews&timestamp=1317327555"
)
SIGNATURE = "4c68c8624d737112c91818c11017d24d334b524cb5c2b8ba08daa056f7395ddb"
ANONYMOUS = SIGNED.replace("customer_id=1", "customer_id=")
ANONYMOUS_SIGNATURE = "e072b6d7e6622d85912a5214b860d3100dc1e73d9bc29f43796ac8c9ff8093cb"
SIGNED_AT = datetime.fromtimestamp(1317327555, UTC)


def mac(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def staff_claims(**changes: Any) -> dict[str, Any]:
    at = int(NOW.timestamp())
    claims = {
        "iss": f"https://{SHOP}/admin",
        "dest": f"https://{SHOP}",
        "aud": KEY,
        "sub": "42",
        "exp": at + 60,
        "nbf": at,
        "iat": at,
        "jti": "a",
        "sid": "b",
    }
    claims.update(changes)
    return {name: value for name, value in claims.items() if value is not None}


def signed(claims: dict[str, Any], secret: str = SECRET) -> str:
    return jwt.encode(claims, secret, algorithm="HS256")


def customer_claims(**changes: Any) -> dict[str, Any]:
    claims = {"dest": SHOP, "aud": KEY, "sub": "gid://shopify/Customer/77", "exp": int(NOW.timestamp()) + 300}
    claims.update(changes)
    return {name: value for name, value in claims.items() if value is not None}


def visitor(token: str):
    return admin_visitor(token, KEY, (SECRET, OLD), NOW)


class TestWebhooks:
    def test_the_raw_bytes_are_proven_by_either_secret(self) -> None:
        body = b'{"id": 1, "name": "\xc3\xa5"}'

        assert is_webhook(body, mac(SECRET, body), (SECRET, OLD))
        assert is_webhook(body, mac(OLD, body), (SECRET, OLD))

    @pytest.mark.parametrize("header", [None, "", "rubbish", "ünsinn", mac("another app's secret", b"{}")])
    def test_anything_else_is_no_proof(self, header: str | None) -> None:
        assert not is_webhook(b"{}", header, (SECRET, OLD))

    def test_a_changed_byte_is_no_proof(self) -> None:
        assert not is_webhook(b"{} ", mac(SECRET, b"{}"), (SECRET,))


class TestAppProxy:
    def test_the_documented_requests_are_genuine(self) -> None:
        known = proxy_call(f"{SIGNED}&signature={SIGNATURE}", ("hush",), SIGNED_AT)
        unknown = proxy_call(f"{ANONYMOUS}&signature={ANONYMOUS_SIGNATURE}", ("new", "hush"), SIGNED_AT)

        assert (known.shop, known.customer_id, known.path_prefix) == (
            "shop-name.myshopify.com",
            1,
            "/apps/awesome_reviews",
        )
        assert unknown.customer_id is None

    def test_the_message_is_the_documented_one(self) -> None:
        pairs = [("extra", "1"), ("shop", "s"), ("extra", "2"), ("signature", "x")]

        assert proxy_message(pairs) == "extra=1,2shop=s"

    @pytest.mark.parametrize("seconds", [-91, 91])
    def test_ninety_seconds_are_the_limit_either_way(self, seconds: int) -> None:
        with pytest.raises(BadSignature):
            proxy_call(f"{SIGNED}&signature={SIGNATURE}", ("hush",), SIGNED_AT + timedelta(seconds=seconds))

        assert proxy_call(f"{SIGNED}&signature={SIGNATURE}", ("hush",), SIGNED_AT + timedelta(seconds=89))

    @pytest.mark.parametrize(
        "more",
        [
            "shop=ottos-outlet.myshopify.com",
            "timestamp=1317327555",
            "signature=00",
            "logged_in_customer_id=2",
            "path_prefix=%2Fapps%2Felsewhere",
        ],
    )
    def test_a_repeated_parameter_of_the_proxy_is_refused_even_when_signed(self, more: str) -> None:
        pairs = [tuple(part.split("=", 1)) for part in f"{SIGNED}&{more}".replace("%2F", "/").split("&")]
        message = proxy_message([(key, value) for key, value in pairs])
        fitting = hmac.new(b"hush", message.encode(), hashlib.sha256).hexdigest()

        with pytest.raises(BadSignature, match="repeated"):
            proxy_call(f"{SIGNED}&{more}&signature={fitting}", ("hush",), SIGNED_AT)

    @pytest.mark.parametrize("query", ["", "shop=x", f"{SIGNED}", f"{SIGNED}&signature=", f"{SIGNED}&signature=ü"])
    def test_a_request_without_its_proof_is_refused(self, query: str) -> None:
        with pytest.raises(BadSignature):
            proxy_call(query, ("hush",), SIGNED_AT)

    def test_an_added_parameter_breaks_the_proof(self) -> None:
        with pytest.raises(BadSignature):
            proxy_call(f"{SIGNED}&signature={SIGNATURE}&order=1", ("hush",), SIGNED_AT)


class TestAdminTokens:
    def test_staff_are_known_by_the_tokens_destination(self) -> None:
        found = visitor(signed(staff_claims()))

        assert (found.shop, found.user_id) == (SHOP, "42")

    def test_the_previous_secret_still_counts_while_it_is_rotated(self) -> None:
        assert visitor(signed(staff_claims(), OLD)).shop == SHOP

    @pytest.mark.parametrize("missing", ["exp", "iss", "dest", "sub", "jti", "sid", "aud"])
    def test_a_token_without_one_of_its_claims_is_refused(self, missing: str) -> None:
        with pytest.raises(BadSessionToken) as refused:
            visitor(signed(staff_claims(**{missing: None})))

        assert not refused.value.stale

    @pytest.mark.parametrize(
        "changes",
        [
            {"aud": "another app"},
            {"iss": "https://ottos-outlet.myshopify.com/admin"},
            {"iss": "https://evil.example/admin", "dest": "https://evil.example"},
            {"iss": "https://mara.myshopify.com.evil.example/admin", "dest": "https://mara.myshopify.com.evil.example"},
            {"dest": "x"},
            {"sub": "gid://shopify/Customer/1"},
            {"exp": "tomorrow"},
            {"iss": "nonsense"},
        ],
    )
    def test_a_token_for_somebody_else_is_refused(self, changes: dict[str, Any]) -> None:
        with pytest.raises(BadSessionToken) as refused:
            visitor(signed(staff_claims(**changes)))

        assert not refused.value.stale

    def test_another_signature_or_none_is_refused(self) -> None:
        for token in (
            signed(staff_claims(), "somebody else's secret, long enough"),
            jwt.encode(staff_claims(), "", algorithm="none"),
            "a.b.c",
            "",
        ):
            with pytest.raises(BadSessionToken):
                visitor(token)

    def test_ten_seconds_of_clock_skew_are_forgiven_and_then_a_new_token_is_wanted(self) -> None:
        at = int(NOW.timestamp())

        assert visitor(signed(staff_claims(exp=at - 9, nbf=at - 70))).shop == SHOP
        assert visitor(signed(staff_claims(nbf=at + 9))).shop == SHOP
        for changes in ({"exp": at - 11}, {"nbf": at + 11, "exp": at + 99}):
            with pytest.raises(BadSessionToken) as refused:
                visitor(signed(staff_claims(**changes)))
            assert refused.value.stale


class TestExtensionTokens:
    def test_a_customer_is_known_by_the_subject(self) -> None:
        found = extension_visitor(signed(customer_claims()), KEY, (SECRET,), NOW)

        assert (found.kind, found.shop, found.customer_id) == (VisitorKind.CUSTOMER, SHOP, 77)

    def test_a_destination_with_a_scheme_does_as_well(self) -> None:
        assert extension_visitor(signed(customer_claims(dest=f"https://{SHOP}")), KEY, (SECRET,), NOW).shop == SHOP

    def test_a_shopper_who_has_not_signed_in_is_a_customer_without_id(self) -> None:
        found = extension_visitor(signed(customer_claims(sub=None)), KEY, (SECRET,), NOW)

        assert (found.kind, found.customer_id) == (VisitorKind.CUSTOMER, None)

    def test_staff_and_devices_are_told_apart_by_the_admins_issuer(self) -> None:
        staff = extension_visitor(signed(staff_claims()), KEY, (SECRET,), NOW)
        device = extension_visitor(signed(customer_claims(sub="42")), KEY, (SECRET,), NOW)

        assert (staff.kind, device.kind) == (VisitorKind.STAFF, VisitorKind.POS)
        assert staff.customer_id is None
        assert device.customer_id is None

    @pytest.mark.parametrize(
        "changes",
        [
            {"exp": None},
            {"exp": 1},
            {"aud": "x"},
            {"dest": "evil.example"},
            {"dest": None},
            {"sub": "gid://shopify/Customer/x"},
            {"sub": "me"},
        ],
    )
    def test_a_doubtful_token_is_nobodys(self, changes: dict[str, Any]) -> None:
        with pytest.raises(BadSessionToken):
            extension_visitor(signed(customer_claims(**changes)), KEY, (SECRET,), NOW)


@pytest.mark.parametrize(
    "text", ["mara-goods", "evil.example", "mara.myshopify.com.evil.example", "", "a b.myshopify.com"]
)
def test_only_a_myshopify_domain_names_a_shop(text: str) -> None:
    with pytest.raises(BadSignature):
        shop_domain(text)
