/** How the sum is worked out, before anything is made. @param {{priced: import('./models').Priced}} props */
export function Sum({priced}) {
  const {translate} = shopify.i18n;
  return (
    <s-stack gap="large">
      {priced.parts.map((part) => (
        <s-stack key={part.title} gap="small-200">
          <s-heading>{part.title}</s-heading>
          {part.rows.map((row) => (
            <Row key={row.label} label={row.label} amount={row.amount} />
          ))}
          {part.bonus && <Row label={translate('sum.bonus')} amount={part.bonus} />}
          <s-divider />
          {part.pays ? (
            <Row label={translate('sum.pays')} amount={part.pays} isStrong />
          ) : (
            <Row label={translate('sum.gets')} amount={part.gets} isStrong />
          )}
        </s-stack>
      ))}
      <s-paragraph color="subdued">{translate(priced.at_once ? 'sum.at_once' : 'sum.told')}</s-paragraph>
    </s-stack>
  );
}

/** @param {{label: string, amount: string, isStrong?: boolean}} props */
function Row({label, amount, isStrong = false}) {
  const type = isStrong ? 'strong' : 'generic';
  return (
    <s-grid gridTemplateColumns="1fr auto" gap="base">
      <s-text type={type}>{label}</s-text>
      <s-text type={type} fontVariantNumeric="tabular-nums">
        {amount}
      </s-text>
    </s-grid>
  );
}
