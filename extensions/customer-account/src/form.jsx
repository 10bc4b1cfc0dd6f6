import {useState} from 'preact/hooks';

/**
 * What all steps have in common. Fields are named as the app's own forms name them; what was typed stays while a page
 * says what is missing, or while nobody answers.
 *
 * @import {StepProps} from './models'
 * @typedef {Record<string, string>} Typed
 */

/** @param {Typed} first @returns {[Typed, (name: string, value: string) => void]} */
export function useTyped(first) {
  const [typed, setTyped] = useState(first);
  return [typed, (name, value) => setTyped((before) => ({...before, [name]: value}))];
}

/** The step's form with its one button. @param {StepProps<any> & {typed: Typed, label: string, children: any}} props */
export function StepForm({model, typed, label, send, isBusy, children}) {
  return (
    <s-form onSubmit={() => send(model.flow.action, typed)}>
      <s-stack gap="large">
        {children}
        <s-button type="submit" variant="primary" loading={isBusy}>
          {label}
        </s-button>
      </s-stack>
    </s-form>
  );
}
