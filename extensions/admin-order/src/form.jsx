import {appPage} from './api.js';

/** @typedef {import('./models').Line & {key: string}} OpenLine */
/** @typedef {import('./models').Typed} Typed */

const SWAP = 'variant_exchange';
const KEPT = 'keep_item';

/** The lines that something can come back of. @param {import('./models').Returnable} known */
function openLines(known) {
  return /** @type {OpenLine[]} */ (known.lines.filter((line) => line.key));
}

/** How many pieces were typed, as far as that is a number. @param {Typed | undefined} typed */
function isChosen(typed) {
  return !!typed?.pieces && typed.pieces !== '0';
}

/** What goes to the app: every line with pieces, with what is only offered one way filled in.
 * @param {import('./models').Returnable} known @param {Record<string, Typed>} typed */
export function sent(known, typed) {
  const lines = openLines(known).filter((line) => isChosen(typed[line.key]));
  return {lines: lines.map((line) => ({key: line.key, ...only(line), ...typed[line.key]}))};
}

/** What nobody has to choose: an outcome that is the only one, the way back that the policy names first.
 * @param {OpenLine} line @returns {Typed} */
function only(line) {
  const outcome = line.outcomes.length === 1 ? {outcome: line.outcomes[0]?.value} : {};
  return line.methods.length > 0 ? {...outcome, method: line.methods[0]?.value} : outcome;
}

/** @param {{known: import('./models').Returnable, typed: Record<string, Typed>, wrong: import('./models').Wrong, change: (key: string, more: Typed) => void}} props */
export function Form({known, typed, wrong, change}) {
  const {translate} = shopify.i18n;
  const closed = known.lines.filter((line) => !line.key);
  return (
    <s-stack gap="base">
      {known.nothing && <s-paragraph>{known.nothing}</s-paragraph>}
      {openLines(known).map((line) => (
        <Item
          key={line.key}
          line={line}
          reasons={known.reasons}
          typed={typed[line.key] ?? {}}
          wrong={wrong[line.key] ?? {}}
          change={(more) => change(line.key, more)}
        />
      ))}
      {closed.map((line) => (
        <s-stack key={line.title + line.variant} gap="small-500">
          <s-text>{named(line)}</s-text>
          <s-text color="subdued">{line.why}</s-text>
        </s-stack>
      ))}
      {known.has_more && <s-link href={appPage(known.more)}>{translate('action.more')}</s-link>}
    </s-stack>
  );
}

/** @param {import('./models').Line} line */
function named(line) {
  return [line.title, line.variant].filter(Boolean).join(', ');
}

/** @param {{line: OpenLine, reasons: import('./models').Choice[], typed: Typed, wrong: Partial<Record<import('./models').Field, string>>, change: (more: Typed) => void}} props */
function Item({line, reasons, typed, wrong, change}) {
  const {translate} = shopify.i18n;
  const outcome = typed.outcome ?? only(line).outcome;
  return (
    <s-box padding="base" border="base" borderRadius="base">
      <s-stack gap="base">
        <s-grid gridTemplateColumns="1fr auto" gap="base" alignItems="center">
          <s-stack gap="small-500">
            <s-text type="strong">{named(line)}</s-text>
            <s-text color="subdued">{line.price}</s-text>
          </s-stack>
          <s-number-field
            label={translate('action.pieces', {most: line.most})}
            min={0}
            max={line.most}
            step={1}
            value={typed.pieces ?? '0'}
            error={wrong.pieces}
            onInput={(event) => change({pieces: event.currentTarget.value})}
          />
        </s-grid>
        {isChosen(typed) && (
          <s-stack gap="base">
            {line.outcomes.length > 1 && (
              <Choice label={translate('action.outcome')} name="outcome" choices={line.outcomes} typed={typed} wrong={wrong} change={change} />
            )}
            {outcome === SWAP && (
              <Choice label={translate('action.size')} name="size" choices={line.sizes} typed={typed} wrong={wrong} change={change} />
            )}
            {reasons.length > 0 && (
              <Choice label={translate('action.reason')} name="reason" choices={reasons} typed={typed} wrong={wrong} change={change} />
            )}
            {outcome !== KEPT && line.methods.length > 1 && (
              <Choice label={translate('action.method')} name="method" choices={line.methods} typed={{...only(line), ...typed}} wrong={wrong} change={change} hasDefault />
            )}
            <s-text-field
              label={translate('action.note')}
              maxLength={300}
              value={typed.note ?? ''}
              onInput={(event) => change({note: event.currentTarget.value})}
            />
          </s-stack>
        )}
      </s-stack>
    </s-box>
  );
}

/** @param {{label: string, name: import('./models').Field, choices: import('./models').Choice[], typed: Typed, wrong: Partial<Record<import('./models').Field, string>>, change: (more: Typed) => void, hasDefault?: boolean}} props */
function Choice({label, name, choices, typed, wrong, change, hasDefault = false}) {
  return (
    <s-select
      label={label}
      value={typed[name] ?? ''}
      error={wrong[name]}
      onChange={(event) => change({[name]: event.currentTarget.value})}
    >
      {!hasDefault && <s-option value="">{shopify.i18n.translate('action.choose')}</s-option>}
      {choices.map((each) => (
        <s-option key={each.value} value={each.value}>
          {each.label}
        </s-option>
      ))}
    </s-select>
  );
}
