"""Goods without an order number: a request of its own, worth what the items cost lately, and answered by store credit
alone. terms (pure) say what it is worth; asking, files and timeline take it in; verbs, matching and accounts decide;
credit and comparing carry out and check; privacy forgets; words and plainly tell."""
