import {Asked, Balance} from './asked.jsx';
import {useTyped} from './form.jsx';
import {Settled, SwapFor, Thing, typedIn, Ways} from './parts.jsx';

/** @import {StatusPage, StepProps} from './models' */

/** A return that was sent in: what is so, what happens next, what can be done. @param {StepProps<StatusPage>} props */
export function Status(props) {
  const {model, say} = props;
  const gets = model.parts.length > 0 && (
    <s-section heading={say(model.is_over ? 'you_got' : 'you_get')}>
      <s-stack gap="base">
        {model.parts.map((part, place) => (
          <Settled key={place} part={part} say={say} />
        ))}
      </s-stack>
    </s-section>
  );
  return (
    <s-stack gap="large">
      {model.notice && <s-banner tone="success" heading={model.notice} />}
      {model.problem && <s-banner tone="critical" heading={model.problem} />}
      <Headline {...props} />
      {model.contact && <s-link href={model.contact.url}>{model.contact.label}</s-link>}
      <Balance {...props} />
      <Asked {...props} />
      <Wanted {...props} />
      {model.next.length > 0 && (
        <s-section heading={say('next')}>
          {model.next.map((line) => (
            <s-paragraph key={line}>{line}</s-paragraph>
          ))}
        </s-section>
      )}
      {model.sending && <Sending {...props} />}
      {gets}
      <s-section heading={say(model.is_over || model.called || model.asked ? 'about' : 'you_send')}>
        <s-stack gap="base">
          {model.items.map((line, place) => (
            <Thing key={place} item={line.item} facts={line.facts} counted />
          ))}
        </s-stack>
      </s-section>
      <History {...props} />
      <Undo {...props} />
    </s-stack>
  );
}

/** What is so, in one sentence, and how far it is. One banner at most: news stand before what waits for the shopper.
 * @param {StepProps<StatusPage>} props */
function Headline({model}) {
  const isWaiting = model.mood === 'look' || model.mood === 'trouble';
  const lines = model.lines.map((line) => <s-paragraph key={line}>{line}</s-paragraph>);
  if (isWaiting && !model.notice && !model.problem)
    return (
      <s-stack gap="base">
        <s-banner tone="warning" heading={model.title}>
          {lines}
        </s-banner>
        <Steps steps={model.steps} />
      </s-stack>
    );
  return (
    <s-section heading={model.title}>
      <s-stack gap="base">
        {lines}
        <Steps steps={model.steps} />
      </s-stack>
    </s-section>
  );
}

/** @param {{steps: StatusPage['steps']}} props */
function Steps({steps}) {
  if (!steps.length) return null;
  return (
    <s-ordered-list>
      {steps.map((step) => (
        <s-list-item key={step.label}>
          <s-text type={step.state === 'current' ? 'strong' : 'generic'} color={step.state === 'todo' ? 'subdued' : 'base'}>
            {step.label}
            {step.on ? ` · ${step.on}` : ''}
          </s-text>
        </s-list-item>
      ))}
    </s-ordered-list>
  );
}

/** What the shop waits for: an answer, or another replacement. @param {StepProps<StatusPage>} props */
function Wanted({model, say, send, inShop, isBusy}) {
  const [typed, set] = useTyped({answer: model.answer});
  const text = shopify.i18n.translate;
  return (
    <>
      {model.question && (
        <s-section heading={say('question')}>
          <s-form onSubmit={() => send(`${model.action}/answer`, {answer: typed.answer ?? ''})}>
            <s-stack gap="base">
              <s-paragraph>{model.question}</s-paragraph>
              <s-text-area label={say('answer')} rows={4} maxLength={2000} value={typed.answer}
                onInput={(event) => set('answer', typedIn(event))} />
              <s-text color="subdued">{text('pictures.where')}</s-text>
              <s-link href={inShop(model.action)} target="_blank">
                {text('pictures.add')}
              </s-link>
              <s-button type="submit" variant="primary" loading={isBusy}>
                {say('send_answer')}
              </s-button>
            </s-stack>
          </s-form>
        </s-section>
      )}
      {model.swaps.length > 0 && (
        <s-section heading={say('other_swap')}>
          <s-form onSubmit={() => send(`${model.action}/replacement`, {...typed})}>
            <s-stack gap="base">
              <s-text>{say('sold_out')}</s-text>
              {model.swaps.map((swap) => (
                <SwapFor key={swap.key} {...{swap, say}} name={`replacement-${swap.key}`}
                  value={typed[`replacement-${swap.key}`] ?? ''}
                  onChosen={(value) => set(`replacement-${swap.key}`, value)} />
              ))}
              <s-button type="submit" variant="primary" loading={isBusy}>
                {say('take_this')}
              </s-button>
            </s-stack>
          </s-form>
        </s-section>
      )}
      {model.choose_again && (
        <s-section heading={say('again')}>
          <s-stack gap="base">
            <s-text>{say('again_why')}</s-text>
            <s-button variant="primary" loading={isBusy} onClick={() => send(`${model.action}/change`, {})}>
              {say('choose_again')}
            </s-button>
          </s-stack>
        </s-section>
      )}
      {model.anew && (
        <s-section heading={say('outcome')}>
          <s-stack gap="base">
            {model.anew_items.map((line, place) => (
              <Thing key={place} item={line.item} facts={line.facts} counted />
            ))}
            <s-text>{say('sold_out')}</s-text>
            <s-button variant="primary" href={inShop(model.action)} target="_blank">
              {text('portal.open')}
            </s-button>
          </s-stack>
        </s-section>
      )}
    </>
  );
}

/** @param {StepProps<StatusPage>} props */
function Sending({model, say, send, inShop, isBusy}) {
  const [typed, set] = useTyped({number: ''});
  if (!model.sending) return null;
  return (
    <s-section heading={say('travels')}>
      <s-stack gap="base">
        <Ways ways={model.sending.ways} instructions={model.sending.instructions} />
        {model.papers.map((paper) => (
          <s-stack key={paper.url} gap="none">
            {paper.asks ? (
              <s-button variant="secondary" loading={isBusy} onClick={() => send(`${model.action}/label`, {})}>
                {paper.label}
              </s-button>
            ) : paper.url ? (
              <s-link href={inShop(paper.url)} target="_blank">
                {paper.label}
              </s-link>
            ) : (
              <s-text>{paper.label}</s-text>
            )}
            {paper.lines.map((line) => (
              <s-text key={line} color="subdued">
                {line}
              </s-text>
            ))}
          </s-stack>
        ))}
        {model.may_tell_parcel && (
          <s-form onSubmit={() => send(`${model.action}/parcel`, {...typed})}>
            <s-stack gap="base">
              <s-text-field label={`${say('tracking')} (${say('optional')})`} maxLength={60} value={typed.number}
                onInput={(event) => set('number', typedIn(event))} />
              <s-button type="submit" variant="secondary" loading={isBusy}>
                {say('tell')}
              </s-button>
            </s-stack>
          </s-form>
        )}
      </s-stack>
    </s-section>
  );
}

/** @param {StepProps<StatusPage>} props */
function History({model, say}) {
  return (
    <s-section heading={say('happened')}>
      <s-stack gap="base">
        {model.timeline.map((entry, place) => (
          <s-stack key={place} gap="none">
            <s-text type="strong">{entry.label}</s-text>
            <s-text color="subdued">{entry.at}</s-text>
            {entry.said && <s-text>{entry.said}</s-text>}
          </s-stack>
        ))}
      </s-stack>
    </s-section>
  );
}

/** @param {StepProps<StatusPage>} props */
function Undo({model, say, send, isBusy}) {
  if (!model.may_cancel && !model.may_change) return null;
  return (
    <s-details>
      <s-summary>{say('change_or_cancel')}</s-summary>
      <s-stack gap="base">
        <s-text color="subdued">{say('until_sent')}</s-text>
        <s-stack direction="inline" gap="base">
          {model.may_change && (
            <s-button variant="secondary" loading={isBusy} onClick={() => send(`${model.action}/change`, {})}>
              {say('change')}
            </s-button>
          )}
          {model.may_cancel && (
            <s-button variant="secondary" tone="critical" loading={isBusy} onClick={() => send(`${model.action}/cancel`, {})}>
              {say('cancel')}
            </s-button>
          )}
        </s-stack>
      </s-stack>
    </s-details>
  );
}
