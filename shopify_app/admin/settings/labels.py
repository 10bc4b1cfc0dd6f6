"""What each group of settings and each of its fields is called: as on the page where it is set."""

from __future__ import annotations

from collections.abc import Mapping

from shopify_app.admin.designer.words import FIELDS as OF_LOOK
from shopify_app.i18n import Phrase, phrase

KINDS: Mapping[str, Phrase] = {
    "brand": phrase("Brand"),
    "tracking": phrase("Tracking page"),
    "support": phrase("Support"),
    "recommendations": phrase("Recommendations"),
    "offers": phrase("Offers"),
    "returns": phrase("How you take returns"),
    "parcels": phrase("Return addresses and parcels"),
    "carriers": phrase("Labels and carriers"),
    "messages": phrase("Mails to shoppers"),
    "withdrawal": phrase("Withdrawal from contract"),
    "no_receipt": phrase("Returns without an order number"),
    "home": phrase("Home page"),
    "languages": phrase("Shoppers' languages"),
    "privacy": phrase("Privacy"),
}

FIELDS: Mapping[tuple[str, str], Phrase] = {
    **OF_LOOK,
    ("tracking", "return_window_days"): phrase("Days to return something, where returns are not taken here"),
    ("tracking", "arrival_text"): phrase("When no date is known"),
    ("tracking", "handover_days"): phrase("An order is with the carrier within"),
    ("tracking", "handover_cut_off"): phrase("Orders placed until"),
    ("recommendations", "consumable_tag"): phrase("Tag of what is used up"),
    ("recommendations", "repeat_days"): phrase("Days until it is used up"),
    ("returns", "team_mail"): phrase("Where your team is mailed"),
    ("returns", "new_returns_to"): phrase("New returns, to these addresses"),
    ("returns", "looks_to"): phrase("What needs a look, to these addresses"),
    ("returns", "mail_new_returns"): phrase("Mail each new return"),
    ("returns", "mail_looks"): phrase("Mail what needs a look"),
    ("returns", "portal_open"): phrase("Shoppers may begin a return by themselves"),
    ("returns", "decide_within_days"): phrase("You answer a request within"),
    ("returns", "check_within_days"): phrase("You check what came back within"),
    ("returns", "hold_replacement_days"): phrase("A replacement is kept aside for"),
    ("returns", "balance_days"): phrase("An exchange that costs more is paid within"),
    ("returns", "bonus_as"): phrase("A bonus is given as"),
    ("returns", "return_address"): phrase("Return address, line by line"),
    ("returns", "instructions"): phrase("How to pack, in each language"),
    ("returns", "store_addresses"): phrase("Stores that take goods back"),
    ("returns", "restock_location_id"): phrase("Goods go back into stock at"),
    ("returns", "inspection_dialogue"): phrase("Ask the shopper before any money moves"),
    ("returns", "inspection_answer_days"): phrase("They answer within"),
    ("returns", "inspection_default"): phrase("Without an answer"),
    ("returns", "goods_back_paid_by"): phrase("Sending goods back is paid by"),
    ("returns", "follow_shopify_returns"): phrase("Show and settle returns begun in Shopify's own pages, admin or POS"),
    ("carriers", "easypost"): phrase("EasyPost"),
    ("carriers", "sells"): phrase("Buy a label when a return that needs one is approved"),
    ("carriers", "api_key"): phrase("API key"),
    ("carriers", "push_secret"): phrase("Secret of the webhook"),
    ("parcels", "addresses"): phrase("Return addresses"),
    ("parcels", "packing_slip"): phrase("Packing slip on the page of a return"),
    ("parcels", "label_valid_days"): phrase("A bought label works for"),
    ("parcels", "item_grams"): phrase("One piece weighs"),
    ("parcels", "box_grams"): phrase("The empty box weighs"),
    ("parcels", "length_cm"): phrase("Length of a parcel"),
    ("parcels", "width_cm"): phrase("Width of a parcel"),
    ("parcels", "height_cm"): phrase("Height of a parcel"),
    ("messages", "sender_name"): phrase("Sender's name"),
    ("messages", "sender_address"): phrase("Sender's address"),
    ("messages", "reply_to"): phrase("Answers go to"),
    ("messages", "return_mails"): phrase("Mail shoppers about their returns"),
    ("withdrawal", "off_in"): phrase("Countries where it is switched off"),
    ("withdrawal", "exempt_tags"): phrase("Tags of products that the law exempts"),
    ("withdrawal", "standard_delivery_cost"): phrase("Least expensive standard delivery"),
    ("no_receipt", "is_open"): phrase("Requests without an order number are taken"),
    ("home", "goal"): phrase("Main goal"),
    ("home", "is_goal_asked"): phrase("Asked for the main goal"),
    ("home", "is_setup_dismissed"): phrase("Set-up list put away"),
    ("home", "blocks_seen"): phrase("Blocks seen in your theme"),
    ("languages", "offered"): phrase("What you offer"),
    ("languages", "fallback"): phrase("Everybody else reads"),
    ("privacy", "forget_after_days"): phrase("Forget customers after"),
}
"""By (group, field); those of the look are called as in the designer."""

VALUES: Mapping[str, Phrase] = {
    "store_credit": phrase("Store credit, in the customer's account"),
    "gift_card": phrase("A gift card of its own"),
    "reduced": phrase("They get the reduced sum"),
    "send_back": phrase("The goods are sent back"),
    "shop": phrase("You"),
    "shopper": phrase("The shopper"),
    "informal": phrase("Informal (du, je, tú)"),
    "formal": phrase("Formal (Sie, u, usted)"),
    "auto": phrase("As the shopper's device is set"),
    "light": phrase("Always light"),
    "dark": phrase("Always dark"),
    "fewer_questions": phrase("Fewer “Where is my order?”"),
    "fewer_refunds": phrase("Fewer refunds"),
    "more_repeat": phrase("More repeat orders"),
}
"""Values that are chosen from a list."""
CHOSEN = frozenset({"bonus_as", "inspection_default", "goods_back_paid_by", "tone", "scheme", "goal"})
"""Fields whose values `VALUES` names."""
