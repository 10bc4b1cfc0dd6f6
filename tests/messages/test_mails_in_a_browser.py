"""Mails in a real browser, on a phone."""

from __future__ import annotations

import pytest
from letter_cases import cases
from playwright.sync_api import Browser

from shopify_app.i18n import Languages
from shopify_app.messages.compose import compose
from shopify_app.messages.rendering import render

pytestmark = pytest.mark.browser
LANGUAGES = Languages()
BROKEN = """() => {
  const range = document.createRange(), found = []
  for (const cell of document.querySelectorAll('td.line')) {
    const words = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT)
    while (words.nextNode()) for (const word of words.currentNode.data.matchAll(/[@.\\p{L}\\d]+/gu)) {
      range.setStart(words.currentNode, word.index)
      range.setEnd(words.currentNode, word.index + word[0].length)
      if (new Set([...range.getClientRects()].map(box => box.top)).size > 1 && !word[0].includes('@'))
        found.push(word[0])
    }
  }
  return found
}"""
"""Words of the facts and sums of which a part stands on another line; addresses of mail may be too long for one."""


@pytest.mark.parametrize("code", ["de", "nl"])
def test_on_a_phone_no_mail_is_too_wide_and_no_word_of_its_facts_is_broken(browser: Browser, code: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.route("**/*", lambda route: route.abort())
    language = LANGUAGES.choose([code])
    for name, (kind, told) in cases().items():
        page.set_content(render(compose(kind, told, language.code), language, told.house).html)
        assert page.evaluate("document.documentElement.scrollWidth") == 360, name
        assert page.evaluate(BROKEN) == [], name
    page.close()
