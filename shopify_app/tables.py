"""Every table, imported once, for whoever needs the whole schema (migrations, tests)."""

from shopify_app import events, schedule_state
from shopify_app.automations import models as automations
from shopify_app.casework import models as casework
from shopify_app.catalogue import models as catalogue
from shopify_app.customers import models as customers
from shopify_app.db import Base
from shopify_app.insights import models as insights
from shopify_app.messages import models as messages
from shopify_app.orders import models as orders
from shopify_app.recommendations import models as recommendations
from shopify_app.returns import models as returns
from shopify_app.returns import money_models as returns_money
from shopify_app.returns.balances import models as balances
from shopify_app.returns.inspecting import models as inspections
from shopify_app.returns.no_receipt import models as no_receipt
from shopify_app.returns.parcels import models as returns_labels
from shopify_app.returns.searching import models as return_words
from shopify_app.returns.withdrawing import models as withdrawals
from shopify_app.returns.writing import models as policy_drafts
from shopify_app.settings import models as settings
from shopify_app.settings import page_models as settings_pages
from shopify_app.shipments import models as shipments
from shopify_app.shops import entitlements_models as entitlements
from shopify_app.shops import models as shops
from shopify_app.shops import staff
from webhooks import inbox

ROOMS = (
    *(events, schedule_state, shops, staff, entitlements, settings, settings_pages, casework, catalogue, customers),
    *(orders, shipments, recommendations, policy_drafts, balances, inspections, returns, returns_labels, returns_money),
    *(no_receipt, return_words, withdrawals, messages, automations, insights, inbox),
)
metadata = Base.metadata
