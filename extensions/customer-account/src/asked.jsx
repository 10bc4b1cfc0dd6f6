import {Thing, WorkedOut} from './parts.jsx';

/** @import {StatusPage, StepProps} from './models' */

/** What is still to be paid: always by Shopify's own page. @param {StepProps<StatusPage>} props */
export function Balance({model, say, open}) {
  const owed = model.balance;
  if (!owed || owed.is_going) return null;
  return (
    <s-section heading={say('pay')}>
      <s-stack gap="base">
        {owed.paid && <s-text>{say('paid_rest', {paid: owed.paid.text, rest: owed.rest.text})}</s-text>}
        {owed.pay_url ? (
          <s-button variant="primary" href={owed.pay_url} target="_blank">
            {say('pay_amount', {amount: owed.rest.text})}
          </s-button>
        ) : (
          <s-text color="subdued">{owed.away}</s-text>
        )}
        <s-text color="subdued">
          {say('pay_until', {day: owed.until})} {owed.otherwise}
        </s-text>
        <s-link onClick={() => open(`${model.action}/instead`)}>{owed.instead}</s-link>
      </s-stack>
    </s-section>
  );
}

/** What the shop found, and what can be answered; the answer itself, with its pictures, is given in the shop.
 * @param {StepProps<StatusPage>} props */
export function Asked({model, say, inShop}) {
  const asked = model.asked;
  if (!asked) return null;
  return (
    <s-section heading={say('found')}>
      <s-stack gap="base">
        {asked.pieces.map((piece, place) => (
          <s-stack key={place} gap="none">
            <Thing item={piece.item} facts={[piece.verdict, piece.grade ?? '', piece.said].filter(Boolean)} />
            {piece.photos.map((photo, nth) => (
              <s-link key={photo.id} href={inShop(photo.url)} target="_blank">
                {say('our_picture', {number: nth + 1, item: piece.item.title})}
              </s-link>
            ))}
          </s-stack>
        ))}
        {asked.reply && <s-text>{`${say('second_look')}${say('colon')} ${asked.reply}`}</s-text>}
        {asked.ways.length > 0 && <s-text>{asked.agreed}</s-text>}
        {asked.ways.map((way) => (
          <s-stack key={way.value} gap="small-300">
            <s-grid gridTemplateColumns="1fr auto" gap="base">
              <s-text>{way.label}</s-text>
              {way.amount && (
                <s-text type="strong">{way.is_paid ? say('you_pay', {amount: way.amount.text}) : way.amount.text}</s-text>
              )}
            </s-grid>
            {way.lines.map((line) => (
              <s-text key={line} color="subdued">
                {line}
              </s-text>
            ))}
            <WorkedOut rows={way.working} label={say('working')} />
          </s-stack>
        ))}
        {asked.appeal && <s-text>{`${say('you_wrote')}${say('colon')} ${asked.appeal}`}</s-text>}
        {!asked.ways.length && (
          <s-text color="subdued">
            {asked.looked_at_by ? say('answered_by', {day: asked.looked_at_by}) : say('until_answered')}
          </s-text>
        )}
        {asked.ways.length > 0 && (
          <s-text color="subdued">
            {asked.until ?? ''} {asked.otherwise ?? ''}
          </s-text>
        )}
        {asked.ways.length > 0 && (
          <s-button variant="primary" href={inShop(model.action)} target="_blank">
            {shopify.i18n.translate('portal.open')}
          </s-button>
        )}
      </s-stack>
    </s-section>
  );
}
