"""Returns as Shopify keeps them: opened, sent back, processed. Every amount by the dev store's own arithmetic.

A return document (kind ``return``) holds ``return_line_items``, ``exchange_line_items`` and ``return_shipping_fees`` as
they were frozen when it was opened, how much of each is processed, and ``fees_booked``. Goods on their way back are
``reverse_fulfillment_order`` and ``reverse_delivery`` documents.
"""
