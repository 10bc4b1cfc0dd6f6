import {useState} from 'preact/hooks';

/**
 * What all steps have in common. Fields are named as the app's own forms name them; what was typed stays while a page
 * says what is missing, or while nobody answers.
 *
 * @import {StepProps} from './models'
 * @typedef {Record<string, string>} Typed
 */

/** What was typed, kept in one object: whoever picks and presses at once sends what they picked, drawn or not.
 * @param {Typed} first @returns {[Typed, (name: string, value: string) => void]} */
export function useTyped(first) {
  const [typed] = useState(() => ({...first}));
  const [, draw] = useState(0);
  const set = (/** @type {string} */ name, /** @type {string} */ value) => {
    typed[name] = value;
    draw((times) => times + 1);
  };
  return [typed, set];
}

/** The step's form with its one button. @param {StepProps<any> & {typed: Typed, label: string, children: any}} props */
export function StepForm({model, typed, label, send, isBusy, children}) {
  return (
    <s-form onSubmit={() => send(model.flow.action, {...typed})}>
      <s-stack gap="large">
        {children}
        <s-button type="submit" variant="primary" loading={isBusy}>
          {label}
        </s-button>
      </s-stack>
    </s-form>
  );
}
