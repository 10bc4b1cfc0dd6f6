/** @import {Item, SumRow, Flow, Swap, Part, Way} from './models' */

/** The words of the app with their places filled. @param {Record<string, string>} words */
export function speaker(words) {
  /** @param {string} name @param {Record<string, string | number>} [facts] */
  return (name, facts = {}) => (words[name] ?? '').replace(/\{(\w+)\}/g, (hole, place) => String(facts[place] ?? hole));
}

/** What somebody typed into a field, or picked from a list. @param {Event} event */
export function typedIn(event) {
  return /** @type {{value?: string}} */ (event.currentTarget).value ?? '';
}

/** Whether somebody ticked a box. @param {Event} event */
export function tickedIn(event) {
  return /** @type {{checked?: boolean}} */ (event.currentTarget).checked === true;
}

/** What somebody chose of several. @param {Event} event */
export function chosenIn(event) {
  return /** @type {{values?: string[]}} */ (event.currentTarget).values?.[0] ?? '';
}

/** What is wrong with a field. @param {Flow} flow @param {string} id */
export function problem(flow, id) {
  return flow.problems.find(([which]) => which === id)?.[1];
}

/** @param {{item: Item, facts?: string[], counted?: boolean}} props */
export function Thing({item, facts, counted = false}) {
  return (
    <s-grid gridTemplateColumns="auto 1fr" gap="base" alignItems="center">
      <s-product-thumbnail src={item.picture?.url ?? ''} alt={item.picture?.alt || item.title} size="small" />
      <s-stack gap="none">
        <s-text type="strong">
          {counted && item.quantity > 1 ? `${item.quantity} × ` : ''}
          {item.title}
        </s-text>
        {item.variant && <s-text color="subdued">{item.variant}</s-text>}
        {facts?.map((fact) => (
          <s-text key={fact} color="subdued">
            {fact}
          </s-text>
        ))}
      </s-stack>
    </s-grid>
  );
}

/** How a sum comes about, row by row. @param {{rows: SumRow[], label: string}} props */
export function WorkedOut({rows, label}) {
  if (!rows.length) return null;
  return (
    <s-details>
      <s-summary>{label}</s-summary>
      <s-stack gap="small-300">
        {rows.map((row, place) => (
          <s-stack key={place} gap="none">
            {row.title && <s-text type="strong">{row.title}</s-text>}
            <s-grid gridTemplateColumns="1fr auto" gap="base">
              <s-text type={row.is_sum ? 'strong' : 'generic'}>{row.label}</s-text>
              <s-text type={row.is_sum ? 'strong' : 'generic'}>{row.amount.text}</s-text>
            </s-grid>
          </s-stack>
        ))}
      </s-stack>
    </s-details>
  );
}

/** What is given for some items. @param {{part: Part, say: import('./models').StepProps<any>['say']}} props */
export function Settled({part, say}) {
  return (
    <s-stack gap="small-300">
      <s-grid gridTemplateColumns="1fr auto" gap="base">
        <s-text type="strong">{part.label}</s-text>
        <s-text type="strong">{part.shown ?? part.amount.text}</s-text>
      </s-grid>
      <s-text color="subdued">{part.titles.join(', ')}</s-text>
      {part.new.map((item, place) => (
        <Thing key={place} item={item} facts={[]} counted />
      ))}
      {Number(part.bonus.amount) > 0 && <s-text tone="success">{say('bonus_of_it', {amount: part.bonus.text})}</s-text>}
      {[...part.lines, ...(part.freed ? [part.freed] : [])].map((line) => (
        <s-text key={line} color="subdued">
          {line}
        </s-text>
      ))}
      <WorkedOut rows={part.working} label={say('working')} />
    </s-stack>
  );
}

/** How goods travel. @param {{ways: Way[], instructions: string[]}} props */
export function Ways({ways, instructions}) {
  return (
    <s-stack gap="small">
      {ways.map((way) => (
        <s-stack key={way.label} gap="none">
          <s-text type="strong">{way.label}</s-text>
          {way.address.map((line) => (
            <s-text key={line}>{line}</s-text>
          ))}
        </s-stack>
      ))}
      {instructions.map((line) => (
        <s-text key={line} color="subdued">
          {line}
        </s-text>
      ))}
    </s-stack>
  );
}

/** The variants an item may be swapped for.
 * @param {{swap: Swap, name: string, value: string, error?: string, say: import('./models').StepProps<any>['say'],
 *   onChosen: (value: string) => void}} props */
export function SwapFor({swap, name, value, error, say, onChosen}) {
  return (
    <s-select
      label={say('swap', {item: swap.title})}
      name={name}
      value={value}
      error={error}
      onChange={(event) => onChosen(typedIn(event))}
    >
      <s-option value="">{say('choose')}</s-option>
      {swap.choices.map((choice) => (
        <s-option key={choice.value} value={choice.value}>
          {choice.label}
        </s-option>
      ))}
    </s-select>
  );
}
