"""Nobody smuggles a line into a mail, an address into its envelope, or markup into its body."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from email import message_from_bytes, policy

import pytest
from letter_cases import cases, dossier, house, line, story
from postbox import Office, Postbox

from shopify_app.config import MailSecurity
from shopify_app.events import ReturnDeclined
from shopify_app.i18n import Languages
from shopify_app.messages.compose import compose
from shopify_app.messages.email import SendFailed, post
from shopify_app.messages.envelope import Mail, NoAddress, Sender, address_of, seal
from shopify_app.messages.plan import MailKind
from shopify_app.messages.rendering import render
from shopify_app.texts import plain, several_lines

HOSTILE = 'Ada\r\nBcc: otto@example.com\r\n\r\n<script>alert(1)</script>{{ 7*7 }}"\u202e'


def sealed(mail: Mail, now: datetime, name: str = "Nordkant") -> str:
    letter = seal(mail, Sender(name, "shop@mara.example", "hello@mara.example"), "ada@example.com", "<1@mara>", now)
    return letter.as_bytes().decode()


def test_a_hostile_subject_stays_one_header(now: datetime) -> None:
    raw = sealed(Mail(HOSTILE, "<p>hi</p>", "hi", "en"), now)
    read = message_from_bytes(raw.encode(), policy=policy.default)

    assert read["Bcc"] is None
    assert "\n" not in str(read["Subject"])
    assert str(read["Subject"]).startswith("Ada Bcc: otto@example.com")


def test_a_hostile_sender_name_stays_a_name(now: datetime) -> None:
    read = message_from_bytes(sealed(Mail("Hi", "<p>hi</p>", "hi", "en"), now, HOSTILE).encode(), policy=policy.default)

    assert read["Bcc"] is None
    assert [address.addr_spec for address in read["From"].addresses] == ["shop@mara.example"]


def test_a_mail_has_what_mailboxes_ask_for(now: datetime) -> None:
    raw = sealed(Mail("Grüße", "<p>å</p>", "å", "de-AT"), now)
    read = message_from_bytes(raw.encode(), policy=policy.default)

    assert read["Auto-Submitted"] == "auto-generated"
    assert read["Content-Language"] == "de-AT"
    assert read["Message-ID"] == "<1@mara>"
    assert str(read["Reply-To"]) == "Nordkant <hello@mara.example>"
    assert read["Date"].datetime == now
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]
    assert raw.isascii()
    assert max(map(len, raw.splitlines())) <= 998


@pytest.mark.parametrize(
    "address",
    [
        *("", "ada", "ada@", "@example.com", "ada@example.com\r\nRCPT TO:<otto@example.com>", "ada @example.com"),
        *(
            "Ada <ada@example.com>",
            "ada@example.com,otto@example.com",
            "ada@example.com>",
            "äda@example.com",
            "a@" * 200,
        ),
        *("<ada@example.com", "ada@exam\tple.com", "ada@example.com\0", None),
    ],
)
def test_what_is_no_single_address_is_written_to_by_nobody(address: str | None) -> None:
    with pytest.raises(NoAddress):
        address_of(address)


def test_an_address_with_a_host_in_other_letters_is_told_in_ascii() -> None:
    assert address_of(" Ada@Exämple.com ") == "Ada@xn--exmple-cua.com"


def test_the_text_of_a_mail_cannot_end_it_early(postbox: Postbox, now: datetime) -> None:
    assert postbox.server
    mail = Mail("Dots", "<p>.</p>\r\n.\r\nMAIL FROM:<x@example.com>\r\n", ".\r\n.\n..two\n", "en")
    letter = seal(mail, Sender("Nordkant", "shop@mara.example"), "ada@example.com", "<1@mara>", now)

    post(postbox.server, letter, "shop@mara.example", "ada@example.com", lambda: None)

    (taken,) = postbox.taken
    text = taken.get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines() == [".", ".", "..two"]
    assert len(postbox.envelopes) == 1


def test_a_server_that_cannot_encrypt_gets_no_mail_where_encryption_is_asked_for(
    postbox: Postbox, now: datetime
) -> None:
    assert postbox.server
    letter = seal(Mail("Hi", "<p>hi</p>", "hi", "en"), Sender("N", "shop@mara.example"), "a@b.se", "<1@m>", now)
    for security in (MailSecurity.STARTTLS, MailSecurity.TLS):
        with pytest.raises(SendFailed):
            post(replace(postbox.server, security=security), letter, "shop@mara.example", "a@b.se", lambda: None)
    assert postbox.taken == []


def test_hostile_titles_notes_and_names_are_words_in_every_mail() -> None:
    language = Languages().choose(["en"])
    for kind, told in cases().values():
        ret = told.ret or dossier()
        lines = tuple(replace(each, title=HOSTILE, variant_title=HOSTILE) for each in ret.lines)
        named = house(name=plain(HOSTILE))
        ret = replace(ret, lines=lines)
        hostile = replace(told, ret=ret, question=HOSTILE, note=HOSTILE, house=named, line_pictures={})
        mail = render(compose(kind, hostile, "en"), language, hostile.house)

        assert "<script" not in mail.html
        assert "&lt;script&gt;" in mail.html
        assert "49" not in mail.text.replace("{{ 7*7 }}", "")
        assert "\u202e" not in mail.html + mail.text
        assert "\r" not in mail.subject + mail.text
        assert "\n" not in mail.subject


def test_a_merchants_own_words_arrive_as_they_were_written(office: Office) -> None:
    ret = office.request(state="declined", decline_reason="other")
    office.says(ret, "declined", "It was <b>worn</b>.\nSorry & thanks")
    office.happens(ReturnDeclined(office.order_id, ret))

    office.send()

    (taken,) = office.postbox.taken
    html, text = (taken.get_body((kind,)) for kind in ("html", "plain"))
    assert html is not None
    assert text is not None
    assert "It was &lt;b&gt;worn&lt;/b&gt;." in html.get_content()
    assert "> It was <b>worn</b>.\n> Sorry & thanks" in text.get_content().replace("\r\n", "\n")


def test_words_of_others_are_cut_where_they_grow_too_long() -> None:
    assert plain("a" * 300, 20) == "a" * 19 + "…"
    assert sum(map(len, several_lines("x\n" * 5000, 100))) <= 100
    assert several_lines(None, 10) == ()


def test_a_picture_is_only_taken_from_the_web() -> None:
    told = story(dossier(lines=(line(),)))
    language = Languages().choose(["en"])
    mail = render(compose(MailKind.RETURN_REQUESTED, told, "en"), language, told.house)

    assert 'src="https://cdn.shopify.com/s/files/shirt.jpg?width=144"' in mail.html
