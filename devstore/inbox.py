"""Every letter the product sent, as its reader sees it: `/inbox`, and for tests `GET /control/mails`."""

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from devstore.admin_views import when
from devstore.config import DevStoreConfig
from devstore.store import Document, Store

# Letters are shown without script and may only fetch pictures, as in a mail program that shows them.
_LETTER_POLICY = (
    "default-src 'none'; img-src * data:; style-src 'unsafe-inline'; font-src * data:; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


def blueprint(store: Store, config: DevStoreConfig) -> Blueprint:
    """The inbox of everyone; letters are stored by `mail.py`."""
    door = Blueprint("inbox", __name__, template_folder="templates")
    door.add_app_template_filter(when, "when")
    _add_pages(door, store, config)
    _add_control(door, store)
    return door


def _add_pages(door: Blueprint, store: Store, config: DevStoreConfig) -> None:
    @door.get("/inbox")
    def letters() -> str:
        words = request.args.get("q", "")
        return render_template("inbox/inbox.html", mails=_found(store, words), words=words, letter=None, config=config)

    @door.get("/inbox/<int:mail_id>")
    def letter(mail_id: int) -> str:
        shown, view = _need(store, mail_id), request.args.get("view", "html")
        view = view if view in {"html", "text", "source"} else "html"
        view = "text" if view == "html" and not shown["html"] else view
        words = request.args.get("q", "")
        return render_template(
            "inbox/inbox.html", mails=_found(store, words), words=words, letter=shown, view=view, config=config
        )

    @door.errorhandler(404)
    def gone(error: NotFound) -> tuple[str, int]:
        page = render_template("inbox/inbox.html", mails=_found(store, ""), words="", letter=None, config=config)
        return page, 404

    @door.get("/inbox/<int:mail_id>/body")
    def body(mail_id: int) -> Response:
        headers = {"Content-Security-Policy": _LETTER_POLICY, "Referrer-Policy": "no-referrer"}
        # Links lead out of the frame, as a click in a mail program leads to the browser.
        page = f'<base target="_blank">{_need(store, mail_id)["html"]}'
        return Response(page, content_type="text/html; charset=utf-8", headers=headers)

    @door.post("/inbox/empty")
    def empty() -> AnyResponse:
        _empty(store)
        return redirect("/inbox", 303)


def _add_control(door: Blueprint, store: Store) -> None:
    @door.get("/control/mails")
    def mails() -> Response:
        to = request.args.get("to", "").casefold()
        return jsonify(mails=[mail for mail in store.all("mail") if to in _recipients(mail).casefold()])

    @door.delete("/control/mails")
    def forget() -> Response:
        _empty(store)
        return jsonify(mails=[])


def _found(store: Store, words: str) -> list[Document]:
    """Letters, newest first, with the words in subject or address."""
    wanted = words.casefold()
    mails = reversed(store.all("mail"))
    return [mail for mail in mails if wanted in f"{mail['subject']} {mail['from']} {_recipients(mail)}".casefold()]


def _recipients(mail: Document) -> str:
    return ", ".join([mail["to"], *mail["envelope_to"]])


def _empty(store: Store) -> None:
    with store.transaction():
        for mail in list(store.all("mail")):
            store.delete("mail", mail["id"])


def _need(store: Store, mail_id: int) -> Document:
    found = store.get("mail", mail_id)
    if found is None:
        raise NotFound
    return found
