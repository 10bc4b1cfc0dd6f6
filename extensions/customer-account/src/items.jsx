import {StepForm, useTyped} from './form.jsx';
import {problem, Thing, tickedIn, typedIn} from './parts.jsx';

/** The first two steps: which items, and why.
 * @import {Typed} from './form.jsx'
 * @import {ItemsPage, ReasonsPage, StepProps} from './models' */

/** @param {StepProps<ItemsPage>} props */
export function Items(props) {
  const {model, say, open, inShop} = props;
  const [typed, set] = useTyped(
    Object.fromEntries(model.items.map((line) => [`quantity-${line.key}`, String(line.chosen)])),
  );
  return (
    <s-stack gap="large">
      {model.policy.sentences.length + model.policy.own_words.length > 0 && (
        <s-section heading={say('in_short')}>
          <s-unordered-list>
            {[...model.policy.sentences, ...model.policy.own_words].map((line) => (
              <s-list-item key={line}>{line}</s-list-item>
            ))}
          </s-unordered-list>
          {model.policy.url && (
            <s-link href={inShop(model.policy.url)} target="_blank">
              {say('policy')}
            </s-link>
          )}
        </s-section>
      )}
      {model.running.map((link) => (
        <s-link key={link.url} onClick={() => open(link.url)}>
          {link.label}
        </s-link>
      ))}
      {model.items.length > 0 ? (
        <StepForm {...props} typed={typed} label={say('continue')}>
          {model.items.map((line) => (
            <ItemLine key={line.key} line={line} props={props} value={typed[`quantity-${line.key}`] ?? '0'} set={set} />
          ))}
        </StepForm>
      ) : (
        <s-paragraph>{say('nothing')}</s-paragraph>
      )}
      {model.closed.length > 0 && (
        <s-section heading={say('closed')}>
          <s-stack gap="base">
            {model.closed.map((line, place) => (
              <Thing key={place} item={line.item} facts={[line.why, line.own_words].filter(Boolean)} counted />
            ))}
          </s-stack>
        </s-section>
      )}
    </s-stack>
  );
}

/** @param {{line: ItemsPage['items'][number], props: StepProps<ItemsPage>, value: string,
 *   set: (name: string, value: string) => void}} props */
function ItemLine({line, props: {model, say}, value, set}) {
  const name = `quantity-${line.key}`;
  const error = problem(model.flow, name);
  return (
    <s-section>
      <s-stack gap="base">
        <Thing item={line.item} facts={[...line.until, ...(line.unless ? [line.unless] : [])]} />
        {line.left === 1 ? (
          <s-checkbox
            label={shopify.i18n.translate('page.pick')}
            accessibilityLabel={`${shopify.i18n.translate('page.pick')}: ${line.item.title} ${line.item.variant}`}
            name={name}
            checked={value === '1'}
            error={error}
            onChange={(event) => set(name, tickedIn(event) ? '1' : '0')}
          />
        ) : (
          <s-select
            label={say('how_many')}
            name={name}
            value={value}
            error={error}
            onChange={(event) => set(name, typedIn(event))}
          >
            {Array.from({length: line.left + 1}, (_, count) => (
              <s-option key={count} value={String(count)}>
                {String(count)}
              </s-option>
            ))}
          </s-select>
        )}
      </s-stack>
    </s-section>
  );
}

/** @param {StepProps<ReasonsPage>} props */
export function Reasons(props) {
  const {model, say, inShop} = props;
  const [typed, set] = useTyped(
    Object.fromEntries(
      model.lines.flatMap((line) => [
        [`reason-${line.key}`, line.reasons.find((reason) => reason.is_chosen)?.value ?? ''],
        [`answer-${line.key}`, line.answer],
        [`note-${line.key}`, line.note],
      ]),
    ),
  );
  const text = shopify.i18n.translate;
  return (
    <StepForm {...props} typed={typed} label={say('continue')}>
      {model.lines.map((line) => (
        <s-section key={line.key}>
          <s-stack gap="base">
            <Thing item={line.item} counted />
            <s-select
              label={say('reason')}
              name={`reason-${line.key}`}
              value={typed[`reason-${line.key}`]}
              error={problem(model.flow, `reason-${line.key}`)}
              onChange={(event) => set(`reason-${line.key}`, typedIn(event))}
            >
              <s-option value="">{say('choose')}</s-option>
              {line.reasons.map((reason) => (
                <s-option key={reason.value} value={reason.value}>
                  {reason.label}
                </s-option>
              ))}
            </s-select>
            {line.only && <s-text color="subdued">{line.only}</s-text>}
            {line.question && <Words {...{typed, set}} name={`answer-${line.key}`} label={line.question} flow={model.flow} />}
            <Words
              {...{typed, set}}
              name={`note-${line.key}`}
              label={`${say('note')} (${say('optional')})`}
              flow={model.flow}
            />
            <Pictures line={line} error={problem(model.flow, `photos-${line.key}`)} say={say}>
              <s-link href={inShop(model.flow.action)} target="_blank">
                {text('pictures.add')}
              </s-link>
            </Pictures>
          </s-stack>
        </s-section>
      ))}
    </StepForm>
  );
}

/** @param {{typed: Typed, set: (name: string, value: string) => void, name: string, label: string,
 *   flow: import('./models').Flow}} props */
function Words({typed, set, name, label, flow}) {
  return (
    <s-text-area
      label={label}
      name={name}
      rows={2}
      maxLength={300}
      value={typed[name]}
      error={problem(flow, name)}
      onInput={(event) => set(name, typedIn(event))}
    />
  );
}

/** Extensions are not given files: pictures are sent on the shop's own page, for the same return.
 * @param {{line: ReasonsPage['lines'][number], error?: string, say: StepProps<any>['say'], children: any}} props */
function Pictures({line, error, say, children}) {
  const text = shopify.i18n.translate;
  return (
    <s-stack gap="none">
      <s-text type="strong">
        {say('pictures')}
        {line.needs_photos ? '' : ` (${say('optional')})`}
      </s-text>
      {line.needs_photos && !line.photos.length && <s-text>{say('pictures_wanted')}</s-text>}
      {error && <s-text tone="critical">{error}</s-text>}
      {line.photos.length > 0 && <s-text>{text('pictures.have', {count: line.photos.length})}</s-text>}
      <s-text color="subdued">{text('pictures.where')}</s-text>
      {children}
    </s-stack>
  );
}
