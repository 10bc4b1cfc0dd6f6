// Stand-ins for the parts that Shopify draws customer-account extensions with, as ordinary elements: those our
// extension uses, with the attributes and slots of @shopify/ui-extensions 2026-07. For development and tests only.
(() => {
  'use strict';
  const SPACE = {none: '0', 'small-500': '2px', 'small-400': '4px', 'small-300': '6px', 'small-200': '8px', 'small-100': '10px', small: '12px', base: '16px', large: '24px', 'large-100': '24px', 'large-200': '32px', 'large-300': '40px'};
  const BASE = '*{box-sizing:border-box}:host([hidden]){display:none!important}:focus-visible{outline:2px solid var(--accent);outline-offset:2px}input,select,textarea,button{font:inherit;color:inherit}';
  const FIELD = 'label{display:block;font-weight:550;margin-bottom:6px}select,input:not([type=checkbox],[type=radio]),textarea{width:100%;min-height:48px;padding:10px 12px;border:1px solid var(--field);border-radius:8px;background:var(--ground)}[aria-invalid=true]{border-color:var(--on-critical)!important;border-width:2px!important}.bad{color:var(--on-critical);margin:6px 0 0;font-size:14px}';
  let count = 0;

  class Part extends HTMLElement {
    static observedAttributes = [];
    constructor() {
      super();
      this.attachShadow({mode: 'open', delegatesFocus: this.constructor.focuses ?? false});
      this.key = `part-${++count}`;
    }
    a(name, otherwise = '') { return this.getAttribute(name) ?? otherwise; }
    is(name) { return this.hasAttribute(name) && this.getAttribute(name) !== 'false'; }
    $(selector) { return this.shadowRoot.querySelector(selector); }
    make(css, ...children) {
      const style = document.createElement('style');
      style.textContent = BASE + css;
      this.shadowRoot.replaceChildren(style, ...children);
    }
    connectedCallback() { if (!this.isMade) { this.isMade = true; this.build(); } this.update(); }
    attributeChangedCallback() { if (this.isMade) this.update(); }
    build() { this.make(this.constructor.css ?? ':host{display:block}', el('slot')); }
    update() {}
  }
  const el = (tag, facts = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(facts)) name in made && name !== 'part' ? (made[name] = value) : made.setAttribute(name, value);
    made.append(...children);
    return made;
  };
  const slot = (name) => el('slot', {name});
  const define = (tag, made) => customElements.define(tag, made);
  const box = (tag, css, role) => define(tag, class extends Part {
    static css = css;
    update() { if (role) this.setAttribute('role', role); }
  });

  // ---- Boxes and words ---------------------------------------------------------------------------------------------
  box('s-paragraph', ':host{display:block}');
  box('s-heading', ':host{display:block;font-size:26px;line-height:1.2;font-weight:650;font-variant-numeric:tabular-nums}');
  box('s-unordered-list', ':host{display:block;padding-inline-start:20px;list-style:disc}', 'list');
  box('s-ordered-list', ':host{display:block;padding-inline-start:22px;list-style:decimal}', 'list');
  box('s-list-item', ':host{display:list-item;padding-block:2px}', 'listitem');
  define('s-skeleton-paragraph', class extends Part {
    static css = ':host{display:block;height:120px;border-radius:12px;background:var(--soft)}';
    update() { this.setAttribute('role', 'status'); this.setAttribute('aria-busy', 'true'); }
  });
  define('s-stack', class extends Part {
    static observedAttributes = ['gap', 'direction'];
    update() {
      const isInline = this.a('direction') === 'inline';
      this.style.cssText = `display:flex;flex-wrap:${isInline ? 'wrap' : 'nowrap'};flex-direction:${isInline ? 'row' : 'column'};gap:${SPACE[this.a('gap', 'none')] ?? '0'};justify-content:${this.a('justifycontent', 'normal')}`;
    }
  });
  define('s-grid', class extends Part {
    static observedAttributes = ['gap', 'gridtemplatecolumns'];
    update() { this.style.cssText = `display:grid;grid-template-columns:${this.a('gridtemplatecolumns', 'none')};gap:${SPACE[this.a('gap', 'none')] ?? '0'};align-items:${this.a('alignitems', 'normal')}`; }
  });
  define('s-text', class extends Part {
    static observedAttributes = ['type', 'tone', 'color'];
    update() {
      const tone = this.a('tone');
      const color = {success: 'var(--on-success)', critical: 'var(--on-critical)', warning: 'var(--on-warning)'}[tone] ?? (this.a('color') === 'subdued' ? 'var(--sub)' : 'inherit');
      this.style.cssText = `color:${color};font-weight:${this.a('type') === 'strong' ? 600 : 'inherit'};font-variant-numeric:tabular-nums`;
    }
  });
  define('s-product-thumbnail', class extends Part {
    static observedAttributes = ['src', 'alt'];
    build() { this.make(':host{display:block}span,img{display:block;width:64px;height:64px;border-radius:8px;background:var(--soft);object-fit:cover}', el('span')); }
    update() { const src = this.a('src'); this.shadowRoot.lastChild.replaceWith(src ? el('img', {src, alt: this.a('alt')}) : el('span')); }
  });

  // ---- Pages and sections ------------------------------------------------------------------------------------------
  define('s-page', class extends Part {
    static observedAttributes = ['heading', 'subheading'];
    build() {
      this.make(':host{display:block}header{display:flex;gap:4px;align-items:flex-start;margin-bottom:24px}::slotted([slot=breadcrumb-actions]){margin:-8px 0 0 -14px}h1{font-size:26px;line-height:1.2;margin:0}p{margin:4px 0 0;color:var(--sub)}',
        el('header', {}, slot('breadcrumb-actions'), el('div', {}, el('h1'), el('p')), slot('secondary-actions'), slot('primary-action')), el('slot'));
    }
    update() { this.$('h1').textContent = this.a('heading'); this.$('p').textContent = this.a('subheading'); this.$('p').hidden = !this.a('subheading'); }
  });
  define('s-section', class extends Part {
    static observedAttributes = ['heading'];
    build() { this.make(':host{display:block;border:1px solid var(--line);border-radius:12px;padding:16px}h2{font-size:18px;line-height:1.3;margin:0 0 12px}', el('h2'), el('slot')); }
    update() { this.$('h2').textContent = this.a('heading'); this.$('h2').hidden = !this.a('heading'); }
  });
  define('s-banner', class extends Part {
    static observedAttributes = ['heading', 'tone'];
    build() { this.make(':host{display:block;border-radius:12px;padding:14px 16px}strong{display:block}', el('div', {}, el('strong'), el('slot'))); }
    update() {
      const tone = {info: 'info', success: 'success', warning: 'warning', critical: 'critical'}[this.a('tone')] ?? 'info';
      this.style.cssText = `background:var(--${tone});color:var(--on-${tone})`;
      this.$('div').setAttribute('role', tone === 'critical' ? 'alert' : 'status');
      this.$('strong').textContent = this.a('heading');
    }
  });
  define('s-summary', class extends Part {
    static css = ':host{display:inline}';
    update() { this.slot = 'summary'; }
  });
  define('s-details', class extends Part {
    build() {
      this.make(':host{display:block}summary{cursor:pointer;color:var(--accent);padding:12px 0;text-decoration:underline;text-underline-offset:3px}.in{padding:8px 0 4px}',
        el('details', {open: this.is('defaultopen')}, el('summary', {}, slot('summary')), el('div', {className: 'in'}, el('slot'))));
    }
  });

  // ---- What is pressed ---------------------------------------------------------------------------------------------
  const BUTTON = 'button,a{display:inline-flex;justify-content:center;align-items:center;gap:8px;min-height:48px;padding:10px 20px;border-radius:10px;border:1px solid var(--field);background:transparent;color:inherit;text-decoration:none;font-weight:600;cursor:pointer;text-align:center}.primary{background:var(--accent);color:var(--on-accent);border-color:transparent;width:100%}.critical{color:var(--on-critical);border-color:var(--on-critical)}[aria-disabled=true]{opacity:.6;cursor:progress}.only{padding:0;min-width:48px;border-color:transparent}';
  define('s-button', class extends Part {
    static focuses = true;
    static observedAttributes = ['variant', 'tone', 'loading', 'disabled', 'href', 'accessibilitylabel', 'target', 'type'];
    build() {
      const isLink = this.hasAttribute('href');
      this.make(`:host{display:inline-block}:host([variant=primary]){display:block}${BUTTON}`, el(isLink ? 'a' : 'button', isLink ? {} : {type: 'button'}, el('slot')));
      this.addEventListener('click', (event) => this.pressed(event));
    }
    update() {
      const made = this.$('a,button');
      const isBusy = this.is('loading') || this.is('disabled');
      made.className = [this.a('variant'), this.a('tone'), this.textContent.trim() ? '' : 'only'].join(' ');
      if (made.tagName === 'A') { made.href = this.a('href'); if (this.a('target')) { made.target = this.a('target'); made.rel = 'noreferrer'; } }
      made.setAttribute('aria-disabled', String(isBusy));
      made.setAttribute('aria-busy', String(this.is('loading')));
      const label = this.a('accessibilitylabel');
      if (label) made.setAttribute('aria-label', label);
      if (label && !this.textContent.trim() && !this.$('svg')) made.insertAdjacentHTML('afterbegin', '<svg viewBox="0 0 20 20" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true"><path d="M16 10H4m5-5l-5 5 5 5"/></svg>');
    }
    pressed(event) {
      if (this.is('loading') || this.is('disabled')) { event.preventDefault(); event.stopImmediatePropagation(); return; }
      if (this.hasAttribute('href')) { if (followed(this.a('href'))) event.preventDefault(); return; }
      if (this.a('type') === 'submit') this.closest('s-form')?.send();
    }
  });
  define('s-link', class extends Part {
    static focuses = true;
    static observedAttributes = ['href', 'target'];
    build() {
      const isLink = this.hasAttribute('href');
      this.make(':host{display:inline-block}a,button{display:inline-block;color:var(--accent);background:none;border:0;padding:12px 0;cursor:pointer;text-decoration:underline;text-underline-offset:3px;text-align:start}', el(isLink ? 'a' : 'button', isLink ? {} : {type: 'button'}, el('slot')));
      this.addEventListener('click', (event) => isLink && followed(this.a('href')) && event.preventDefault());
    }
    update() { const made = this.$('a'); if (made) { made.href = this.a('href'); if (this.a('target')) { made.target = this.a('target'); made.rel = 'noreferrer'; } } }
  });
  define('s-form', class extends Part {
    build() {
      super.build();
      this.addEventListener('keydown', (event) => event.key === 'Enter' && event.composedPath()[0].matches?.('input:not([type=checkbox],[type=radio])') && this.send());
    }
    send() { this.dispatchEvent(new Event('submit', {bubbles: true, cancelable: true})); }
  });

  // ---- What is filled in -------------------------------------------------------------------------------------------
  class Field extends Part {
    static focuses = true;
    static observedAttributes = ['label', 'error', 'maxlength', 'rows'];
    build() {
      this.control = this.input();
      this.control.id = this.key;
      this.make(`:host{display:block}${FIELD}${this.constructor.css ?? ''}`, ...this.arranged(), el('p', {className: 'bad', id: `${this.key}-bad`, hidden: true}));
      this.control.addEventListener('change', () => this.dispatchEvent(new Event('change', {bubbles: true})));
    }
    arranged() { return [el('label', {htmlFor: this.key}), this.control]; }
    update() {
      const error = this.a('error');
      this.$('label').textContent = this.a('label');
      this.$('.bad').textContent = error;
      this.$('.bad').hidden = !error;
      this.control.setAttribute('aria-invalid', String(!!error));
      error ? this.control.setAttribute('aria-describedby', `${this.key}-bad`) : this.control.removeAttribute('aria-describedby');
      if (this.a('maxlength')) this.control.maxLength = Number(this.a('maxlength'));
      if (this.a('accessibilitylabel')) this.control.setAttribute('aria-label', this.a('accessibilitylabel'));
      this.filled();
    }
    filled() { if (this.wanted !== undefined && this.control.value !== this.wanted) this.control.value = this.wanted; }
    get value() { return this.control?.value ?? this.wanted ?? ''; }
    set value(value) { this.wanted = String(value ?? ''); if (this.control) this.filled(); }
  }
  define('s-text-field', class extends Field { input() { return el('input', {type: 'text'}); } });
  define('s-text-area', class extends Field { input() { return el('textarea', {rows: Number(this.a('rows', '3'))}); } });
  define('s-select', class extends Field {
    input() { return el('select'); }
    build() {
      super.build();
      new MutationObserver(() => this.listed()).observe(this, {childList: true, subtree: true, characterData: true, attributes: true});
      this.listed();
    }
    listed() {
      const now = this.wanted ?? this.control.value;
      this.control.replaceChildren(...[...this.querySelectorAll('s-option')].map((each) => el('option', {value: each.getAttribute('value') ?? '', textContent: each.textContent})));
      this.control.value = now;
    }
  });
  define('s-option', class extends Part {});
  define('s-checkbox', class extends Field {
    static css = 'div{display:flex;gap:12px;align-items:center;min-height:48px}label{margin:0}input{width:22px;height:22px;accent-color:var(--accent)}';
    input() { return el('input', {type: 'checkbox'}); }
    arranged() { return [el('div', {}, this.control, el('label', {htmlFor: this.key}))]; }
    filled() { this.control.checked = this.ticked ?? this.control.checked; }
    get checked() { return this.control?.checked ?? this.ticked ?? false; }
    set checked(value) { this.ticked = !!value; if (this.control) this.filled(); }
  });
  define('s-choice-list', class extends Part {
    static observedAttributes = ['label', 'error'];
    build() {
      this.make(':host{display:block}fieldset{border:0;margin:0;padding:0;display:grid;gap:12px}legend{font-weight:600;padding:0;margin-bottom:10px}.bad{color:var(--on-critical);margin:0;font-size:14px}',
        el('fieldset', {}, el('legend'), el('slot'), el('p', {className: 'bad', role: 'alert'})));
      this.addEventListener('chosen', (event) => { this.values = [event.target.getAttribute('value') ?? '']; this.dispatchEvent(new Event('change', {bubbles: true})); });
      this.addEventListener('keydown', (event) => this.moved(event));
      new MutationObserver(() => this.marked()).observe(this, {childList: true});
    }
    update() { this.$('legend').textContent = this.a('label'); this.$('.bad').textContent = this.a('error'); this.$('.bad').hidden = !this.a('error'); this.marked(); }
    moved(event) {
      const step = {ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1}[event.key];
      const at = this.choices.findIndex((each) => each === event.target);
      if (!step || at < 0) return;
      event.preventDefault();
      const next = this.choices[(at + step + this.choices.length) % this.choices.length];
      next.focus();
      next.choose();
    }
    marked() { for (const each of this.choices) each.mark(this.values.includes(each.getAttribute('value') ?? '')); }
    get choices() { return [...this.querySelectorAll('s-choice')].filter((each) => each.closest('s-choice-list') === this && each.mark); }
    get values() { return this.chosen ?? []; }
    set values(values) { this.chosen = [...(values ?? [])]; this.marked(); }
  });
  define('s-choice', class extends Part {
    static focuses = true;
    build() {
      this.control = el('input', {type: 'radio', id: this.key});
      this.make(':host{display:block;border:1px solid var(--line);border-radius:12px;padding:14px 16px}:host([data-on]){border-color:var(--accent);box-shadow:inset 0 0 0 1px var(--accent)}.row{display:grid;grid-template-columns:auto 1fr auto;gap:12px;align-items:center}input{width:22px;height:22px;margin:0;accent-color:var(--accent)}label{font-weight:600;cursor:pointer}.rest{padding-inline-start:34px}',
        el('div', {className: 'row'}, this.control, el('label', {htmlFor: this.key}, el('slot'), ' ', slot('secondary-content'))), el('div', {className: 'rest'}, slot('details'), slot('selected-content')));
      this.control.addEventListener('change', () => this.choose());
      this.addEventListener('click', (event) => event.composedPath()[0] === this || event.target.slot === 'details' ? this.choose() : undefined);
    }
    choose() { this.dispatchEvent(new Event('chosen', {bubbles: true})); }
    mark(isOn) { if (this.control) this.control.checked = isOn; this.toggleAttribute('data-on', isOn); }
    update() { this.closest('s-choice-list')?.marked?.(); }
  });
})();
