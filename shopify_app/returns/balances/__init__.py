"""What shoppers still owe for exchanges: rows are kept, verbs happen to them, rules (pure) say when and which payment
was for which. drop says what an unpaid exchange turns into, steps do it at Shopify."""
