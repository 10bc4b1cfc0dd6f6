import {StepForm, useTyped} from './form.jsx';
import {chosenIn, problem, SwapFor, Thing, WorkedOut} from './parts.jsx';

/** What the shopper gets: all ways side by side, none chosen for them; the better offer once more.
 * @import {Typed} from './form.jsx'
 * @import {BetterPage, OutcomeChoice, OutcomesPage, StepProps} from './models' */

/** @param {StepProps<OutcomesPage>} props */
export function Outcomes(props) {
  const {model, say} = props;
  const [typed, set] = useTyped(chosenSoFar(model));
  return (
    <StepForm {...props} typed={typed} label={say('continue')}>
      <s-stack gap="none">
        {model.paid.map((paid, place) => (
          <s-text key={place} color="subdued">
            {paidFor(paid, say)}
          </s-text>
        ))}
      </s-stack>
      {model.choices.length > 0 && (
        <OutcomeList {...{model, say, typed, set}} name="outcome" choices={model.choices} own=""
          label={say(model.lines.length ? 'for_all' : 'choose_one')} />
      )}
      {model.lines.length > 0 && (
        <s-details defaultOpen={!model.choices.length || model.lines.some((line) => line.chosen)}>
          <s-summary>{say('each')}</s-summary>
          <s-stack gap="large">
            {model.lines.map((line) => (
              <s-stack key={line.key} gap="base">
                <Thing item={line.item} counted />
                <OutcomeList {...{model, say, typed, set}} name={`outcome-${line.key}`} choices={line.choices} own="-own"
                  label={line.item.title} asAbove={model.choices.length > 0} />
              </s-stack>
            ))}
          </s-stack>
        </s-details>
      )}
      {model.closed.map((closed) => (
        <s-text key={closed.label} color="subdued">
          {`${closed.label}${say('colon')} ${closed.why}`}
        </s-text>
      ))}
    </StepForm>
  );
}

/** @param {OutcomesPage} model @returns {Typed} */
function chosenSoFar(model) {
  const groups = [['outcome', '', model.choices], ...model.lines.map((line) => [`outcome-${line.key}`, '-own', line.choices])];
  /** @type {Typed} */
  const typed = {quote: model.quote};
  for (const [name, own, choices] of /** @type {[string, string, OutcomeChoice[]][]} */ (groups)) {
    typed[name] = choices.find((choice) => choice.is_chosen)?.value ?? '';
    for (const swap of choices.flatMap((choice) => choice.swaps))
      typed[`replacement-${swap.key}${own}`] = swap.choices.find((each) => each.is_chosen)?.value ?? '';
  }
  return typed;
}

/** @param {OutcomesPage['paid'][number]} paid @param {StepProps<any>['say']} say */
function paidFor(paid, say) {
  const facts = {value: paid.value.text, price: paid.price.text, discount: paid.discount.text};
  const value = say(Number(paid.discount.amount) > 0 ? 'paid_less' : 'paid', facts);
  const tax = Number(paid.tax.amount) > 0 && paid.tax_is_added ? ` + ${say('tax', {tax: paid.tax.text})}` : '';
  return `${paid.quantity > 1 ? `${paid.quantity} × ` : ''}${paid.title}${say('colon')} ${value}${tax}`;
}

/** @param {{model: OutcomesPage, say: StepProps<any>['say'], typed: Typed, set: (name: string, value: string) => void,
 *   name: string, label: string, choices: OutcomeChoice[], own: string, asAbove?: boolean}} props */
function OutcomeList({model, say, typed, set, name, label, choices, own, asAbove = false}) {
  const chosen = choices.find((choice) => choice.value === typed[name]);
  return (
    <s-stack gap="base">
      <s-choice-list
        name={name}
        label={label}
        values={asAbove || typed[name] ? [typed[name] ?? ''] : []}
        error={problem(model.flow, name)}
        onChange={(event) => set(name, chosenIn(event))}
      >
        {asAbove && <s-choice value="">{say('as_above')}</s-choice>}
        {choices.map((choice) => (
          <s-choice key={choice.value} value={choice.value}>
            {choice.label}
            <s-text slot="secondary-content" type="strong">
              {choice.shown ?? choice.amount.text}
            </s-text>
            <s-stack slot="details" gap="none">
              {[...choice.lines, ...(choice.freed ? [choice.freed] : [])].map((line, place) => (
                <s-text key={line} {...(Number(choice.bonus.amount) > 0 && place === 0 ? {tone: 'success'} : {color: 'subdued'})}>
                  {line}
                </s-text>
              ))}
            </s-stack>
          </s-choice>
        ))}
      </s-choice-list>
      {chosen?.swaps.map((swap) => (
        <SwapFor
          key={swap.key}
          {...{swap, say}}
          name={`replacement-${swap.key}${own}`}
          value={typed[`replacement-${swap.key}${own}`] ?? ''}
          error={problem(model.flow, `replacement-${swap.key}${own}`)}
          onChosen={(value) => set(`replacement-${swap.key}${own}`, value)}
        />
      ))}
      {chosen && <WorkedOut rows={chosen.working} label={say('working')} />}
    </s-stack>
  );
}

/** Both are fine: two buttons of one kind. @param {StepProps<BetterPage>} props */
export function Better({model, say, send, isBusy}) {
  const ways = /** @type {const} */ ([
    [model.offer, 'switch', say('take_credit')],
    [model.refund, 'keep', say('keep_refund')],
  ]);
  return (
    <s-stack gap="large">
      <s-paragraph>{say('better_lead')}</s-paragraph>
      {ways.map(([choice, decision, label]) => (
        <s-section key={decision} heading={choice.label}>
          <s-stack gap="base">
            <s-heading>{choice.amount.text}</s-heading>
            <s-stack gap="small-300">
              {[...choice.lines, ...(choice.freed ? [choice.freed] : [])].map((line) => (
                <s-text key={line} color="subdued">
                  {line}
                </s-text>
              ))}
            </s-stack>
            <WorkedOut rows={choice.working} label={say('working')} />
            <s-button variant="secondary" loading={isBusy} onClick={() => send(model.flow.action, {decision})}>
              {label}
            </s-button>
          </s-stack>
        </s-section>
      ))}
    </s-stack>
  );
}
