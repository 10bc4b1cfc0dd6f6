import {StepForm, useTyped} from './form.jsx';
import {chosenIn, problem, Settled, Thing, typedIn, Ways} from './parts.jsx';

/** The last two steps: how it travels, and everything once more.
 * @import {Typed} from './form.jsx'
 * @import {MethodPage, ReviewPage, StepProps} from './models' */

/** @param {StepProps<MethodPage>} props */
export function Method(props) {
  const {model, say} = props;
  const [typed, set] = useTyped({
    method: model.choices.find((choice) => choice.is_chosen)?.value ?? '',
    ...Object.fromEntries(model.lines.map((line) => [`method-${line.key}`, line.chosen])),
  });
  return (
    <StepForm {...props} typed={typed} label={say('continue')}>
      {model.choices.length > 0 && (
        <MethodList {...{model, typed, set}} name="method" choices={model.choices}
          label={say(model.lines.length ? 'for_all' : 'choose_one')} />
      )}
      {model.lines.length > 0 && (
        <s-details defaultOpen={!model.choices.length || model.lines.some((line) => line.chosen)}>
          <s-summary>{say('each')}</s-summary>
          <s-stack gap="large">
            {model.lines.map((line) => (
              <s-stack key={line.key} gap="base">
                <Thing item={line.item} counted />
                <MethodList {...{model, typed, set}} name={`method-${line.key}`} choices={line.choices}
                  label={line.item.title} asAbove={model.choices.length > 0 ? say('as_above') : ''} />
              </s-stack>
            ))}
          </s-stack>
        </s-details>
      )}
      {model.instructions.length > 0 && (
        <s-section heading={say('good_to_know')}>
          <Ways ways={[]} instructions={model.instructions} />
        </s-section>
      )}
    </StepForm>
  );
}

/** @param {{model: MethodPage, typed: Typed, set: (name: string, value: string) => void, name: string, label: string,
 *   choices: MethodPage['choices'], asAbove?: string}} props */
function MethodList({model, typed, set, name, label, choices, asAbove = ''}) {
  return (
    <s-choice-list
      name={name}
      label={label}
      values={asAbove || typed[name] ? [typed[name] ?? ''] : []}
      error={problem(model.flow, name)}
      onChange={(event) => set(name, chosenIn(event))}
    >
      {asAbove && <s-choice value="">{asAbove}</s-choice>}
      {choices.map((choice) => (
        <s-choice key={choice.value} value={choice.value}>
          {choice.label}
          <s-stack slot="details" gap="none">
            {[...choice.lines, ...choice.address].map((line) => (
              <s-text key={line} color="subdued">
                {line}
              </s-text>
            ))}
          </s-stack>
        </s-choice>
      ))}
    </s-choice-list>
  );
}

/** Sends the quote that is shown, and nothing else. @param {StepProps<ReviewPage>} props */
export function Review(props) {
  const {model, say, open, inShop} = props;
  return (
    <s-stack gap="large">
      <Change {...props} />
      <s-section heading={say('you_send')}>
        <s-stack gap="base">
          {model.lines.map((line, place) => (
            <Thing key={place} item={line.item} facts={line.facts} counted />
          ))}
          <s-link onClick={() => open(model.items_url)}>{say('change_items')}</s-link>
        </s-stack>
      </s-section>
      <s-section heading={say('you_get')}>
        <s-stack gap="base">
          {model.parts.map((part, place) => (
            <Settled key={place} part={part} say={say} />
          ))}
          <s-link onClick={() => open(model.outcome_url)}>{say('change_outcome')}</s-link>
          {model.shop_url && (
            <s-link href={inShop(model.shop_url)} target="_blank">
              {say('change_new')}
            </s-link>
          )}
        </s-stack>
      </s-section>
      {model.ways.length > 0 && (
        <s-section heading={say('travels')}>
          <Ways ways={model.ways} instructions={model.instructions} />
        </s-section>
      )}
      {model.delivery && <Delivery {...props} form={model.delivery} />}
      {model.promises.length > 0 && (
        <s-section heading={say('promises')}>
          <s-unordered-list>
            {model.promises.map((promise) => (
              <s-list-item key={promise}>{promise}</s-list-item>
            ))}
          </s-unordered-list>
        </s-section>
      )}
      <StepForm {...props} typed={{quote: model.quote}} label={say(model.change ? 'confirm_change' : 'confirm')}>
        {null}
      </StepForm>
      {model.change && <s-link onClick={() => open(model.change?.status_url ?? '')}>{say('leave')}</s-link>}
    </s-stack>
  );
}

/** What a change to a return that was sent in makes of it. @param {StepProps<ReviewPage>} props */
function Change({model, say}) {
  if (!model.change) return null;
  /** @param {import('./models').Money | string} value */
  const shown = (value) => (typeof value === 'string' ? value : value.text);
  return (
    <s-section heading={say('changes')}>
      <s-stack gap="base">
        {model.change.rows.map((row) => (
          <s-stack key={row.label} gap="none">
            <s-text type="strong">{row.label}</s-text>
            <s-text color="subdued">{`${say('now')}${say('colon')} ${shown(row.before)}`}</s-text>
            <s-text type={row.differs ? 'strong' : 'generic'}>{`${say('after')}${say('colon')} ${shown(row.after)}`}</s-text>
          </s-stack>
        ))}
        <s-text color="subdued">{say('as_it_is')}</s-text>
      </s-stack>
    </s-section>
  );
}

/** Where an exchange goes. @param {StepProps<ReviewPage> & {form: import('./models').AddressForm}} props */
function Delivery({model, form, say, send, inShop, isBusy}) {
  const [typed, set] = useTyped({
    ...Object.fromEntries(form.fields.map(([name, , value]) => [name, value])),
    ...(form.countries.length && {country_code: form.country}),
  });
  if (form.is_locked)
    return (
      <s-section heading={say('delivery')}>
        <s-link href={inShop(model.flow.action)} target="_blank">
          {shopify.i18n.translate('portal.open')}
        </s-link>
      </s-section>
    );
  return (
    <s-section heading={say('delivery')}>
      <s-stack gap="base">
        <Ways ways={[{label: '', address: form.shown}]} instructions={[]} />
        <s-details defaultOpen={form.is_open}>
          <s-summary>{say('correct_address')}</s-summary>
          <s-form onSubmit={() => send(`${model.flow.action}/address`, {...typed})}>
            <s-stack gap="base">
              {form.fields.map(([name, label]) => (
                <s-text-field
                  key={name}
                  label={label}
                  name={name}
                  maxLength={120}
                  value={typed[name]}
                  error={problem(model.flow, `address-${name}`)}
                  onInput={(event) => set(name, typedIn(event))}
                />
              ))}
              {form.countries.length ? (
                <s-select
                  label={say('which_country')}
                  name="country_code"
                  value={typed.country_code}
                  error={problem(model.flow, 'address-country_code')}
                  onChange={(event) => set('country_code', typedIn(event))}
                >
                  <s-option value="">{say('choose')}</s-option>
                  {form.countries.map(([code, name]) => (
                    <s-option key={code} value={code}>
                      {name}
                    </s-option>
                  ))}
                </s-select>
              ) : (
                <s-text color="subdued">{say('country', {country: form.country})}</s-text>
              )}
              <s-button type="submit" variant="secondary" loading={isBusy}>
                {say('use_address')}
              </s-button>
            </s-stack>
          </s-form>
        </s-details>
      </s-stack>
    </s-section>
  );
}
