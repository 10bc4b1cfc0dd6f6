// Stand-in for Shopify's worker: what every extension says in its own words, for development and tests only.
'use strict';
globalThis.extensionWords = ({texts, fallback, language}) => {
  const find = (all, key) => key.split('.').reduce((tree, part) => tree?.[part], all);
  const translate = (key, given = {}) => {
    const found = find(texts, key) ?? find(fallback, key) ?? key;
    const form = typeof found === 'object' ? found[new Intl.PluralRules(language).select(given.count)] ?? found.other : found;
    return form.replace(/\{\{\s*(\w+)\s*\}\}/g, (hole, place) => given[place] ?? hole);
  };
  return {translate, formatNumber: (number) => new Intl.NumberFormat(language).format(number)};
};
