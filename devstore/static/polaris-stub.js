// Stand-in for Shopify's hosted polaris.js, for development and tests only: every element of
// @shopify/polaris-types 1.1.0 (custom-elements.json) gets a form that works, in a look of our own.
(() => {
  'use strict';
  const C = {text: '#26292b', sub: '#5c6366', line: '#dfe2e3', card: '#fff', ground: '#f3f4f4', brand: '#26292b', link: '#0b5cad', focus: '#0b5cad', field: '#868d91'};
  const TONES = {info: ['#e6f1fb', '#0a3d66'], success: ['#dcf5e4', '#0d4a27'], warning: ['#fff0c7', '#553f00'], critical: ['#fde8e5', '#86190c'], caution: ['#fff6d6', '#553f00'], neutral: ['#eaecec', '#3c4245'], auto: ['#eaecec', '#3c4245']};
  const SIZES = {none: '0', 'small-500': '1px', 'small-400': '2px', 'small-300': '4px', 'small-200': '6px', 'small-100': '8px', small: '8px', base: '16px', large: '20px', 'large-100': '24px', 'large-200': '28px', 'large-300': '32px', 'large-400': '40px', 'large-500': '48px'};
  const space = value => String(value || '').split(/\s+/).map(word => SIZES[word] ?? word).join(' ');
  const esc = text => String(text ?? '').replace(/[&<>"]/g, c => ({'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'}[c]));
  const FONT = '14px/20px Inter,-apple-system,BlinkMacSystemFont,"Segoe UI","DejaVu Sans",sans-serif';
  const BASE = `:host{box-sizing:border-box;color-scheme:light;-webkit-font-smoothing:antialiased}:host([hidden]){display:none!important}*{box-sizing:border-box}.hid{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}:focus-visible{outline:2px solid ${C.focus};outline-offset:2px}`;
  const PATHS = {'arrow-up': 'M10 16V4m-5 5l5-5 5 5', 'arrow-down': 'M10 4v12m-5-5l5 5 5-5', check: 'M4 10l4 4 8-9', x: 'M5 5l10 10M15 5L5 15', plus: 'M10 4v12M4 10h12', search: 'M9 3a6 6 0 100 12A6 6 0 009 3zm4.5 10.5L17 17', alert: 'M10 3l8 14H2zM10 8v4m0 2v.5', info: 'M10 2.5a7.5 7.5 0 100 15 7.5 7.5 0 000-15zM10 9v5m0-7.500v.5', delivery: 'M2 5h9v9H2zM11 8h4l3 3v3h-7M6 16a1.500 1.500 0 100-3 1.500 1.500 0 000 3zm9 0a1.500 1.500 0 100-3 1.500 1.500 0 000 3z', package: 'M10 2l7 4v8l-7 4-7-4V6zM3 6l7 4 7-4M10 10v8', order: 'M5 3h10v14l-2-1.500-1.500 1.500L10 15.500 8.500 17 7 15.500 5 17zM8 7h4M8 10h4', return: 'M7 4L3 8l4 4M3 8h9a4 4 0 010 8H8', person: 'M10 3a3 3 0 100 6 3 3 0 000-6zM4 17c0-3 3-5 6-5s6 2 6 5', settings: 'M10 7a3 3 0 100 6 3 3 0 000-6zM10 2v2m0 12v2M2 10h2m12 0h2M4.500 4.500l1.400 1.400m8.200 8.200l1.400 1.400m0-11l-1.400 1.400M5.900 14.100l-1.400 1.400', calendar: 'M3 5h14v12H3zM3 9h14M7 3v4m6-4v4', clock: 'M10 2.500a7.500 7.500 0 100 15 7.500 7.500 0 000-15zM10 6v4l3 2', edit: 'M4 16l1-4 8-8 3 3-8 8z', delete: 'M4 6h12M8 6V4h4v2M6 6l1 11h6l1-11', 'chevron-right': 'M8 5l5 5-5 5', 'chevron-left': 'M12 5l-5 5 5 5', 'chevron-down': 'M5 8l5 5 5-5', 'arrow-left': 'M16 10H4m5-5l-5 5 5 5', 'arrow-right': 'M4 10h12m-5-5l5 5-5 5', external: 'M8 4H4v12h12v-4M11 4h5v5m0-5l-7 7', email: 'M3 5h14v10H3zM3 6l7 5 7-5', home: 'M3 10l7-6 7 6v7H3z', image: 'M3 4h14v12H3zM3 13l4-4 4 4 2-2 4 3', gift: 'M3 8h14v9H3zM10 8v9M3 8V6h14v2M10 6C8 2 5 4 10 6c5-2 2-4 0 0', chart: 'M4 16V9m4 7V5m4 11v-5m4 5V7', refresh: 'M16 10a6 6 0 11-2-4.500M14 2v4h-4', star: 'M10 3l2 4.500 5 .500-3.700 3.300 1 4.700L10 13.500 5.700 16l1-4.700L3 8l5-.500z', menu: 'M3 6h14M3 10h14M3 14h14', view: 'M2 10c3-5 13-5 16 0-3 5-13 5-16 0zm8-2a2 2 0 100 4 2 2 0 000-4z', upload: 'M10 14V4m-4 4l4-4 4 4M4 16h12'};
  const icon = (type, color = 'currentColor') => {
    const key = Object.keys(PATHS).find(name => type === name) ?? Object.keys(PATHS).find(name => String(type).split('-').includes(name)) ?? 'info';
    return `<svg viewBox="0 0 20 20" width="20" height="20" fill="none" stroke="${color}" stroke-width="1.500" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" style="display:inline-block;vertical-align:-5px;flex:none"><path d="${PATHS[key]}"/></svg>`;
  };
  // "@container (inline-size > 500px) A, B": A inside a wide enough s-query-container, B elsewhere.
  const responsive = (property, value) => {
    const found = /^@container\s*[\w-]*\s*\(\s*inline-size\s*(>=?|<=?)\s*(\d+)px\s*\)\s*(.+?)\s*,\s*([^,]+)$/.exec(value || '');
    if (!found) return value ? `:host{${property}:${property.includes('gap') || property.startsWith('padding') ? space(value) : value}}` : '';
    const [, sign, size, yes, no] = found;
    return `:host{${property}:${space(no)}}@container (${sign.startsWith('>') ? 'min' : 'max'}-width:${size}px){:host{${property}:${space(yes)}}}`;
  };

  class Element extends HTMLElement {
    static observedAttributes = ['heading', 'subheading', 'tone', 'variant', 'disabled', 'loading', 'href', 'value', 'max', 'label', 'src', 'icon', 'accessibilitylabel', 'selected', 'type', 'gridtemplatecolumns', 'gap', 'dismissible', 'size', 'pressed'];
    constructor() { super(); this.attachShadow({mode: 'open'}); }
    a(name, otherwise = '') { return this.getAttribute(name) ?? otherwise; }
    has(name) { return this.hasAttribute(name) && this.getAttribute(name) !== 'false'; }
    connectedCallback() { this.draw(); }
    attributeChangedCallback() { if (this.isConnected && this.drawn) this.draw(); }
    draw() {
      const [css, html] = this.view(this);
      this.shadowRoot.innerHTML = `<style>${BASE}${css}</style>${html}`;
      this.drawn = true;
      this.after(this);
    }
    view() { return [':host{display:block}', '<slot></slot>']; }
    after() {}
    $(selector) { return this.shadowRoot.querySelector(selector); }
  }
  const PRESSED = new Set(['s-button', 's-press-button', 's-link', 's-clickable']);
  const define = (tag, view, after) => customElements.get(tag) || customElements.define(tag, class extends Element {
    view(e) { return view(e); }
    after(e) { after?.(e); }
    // As Polaris hands it on (delegatesFocus): to what can be pressed inside; what has nothing of that takes none.
    focus(how) { PRESSED.has(tag) ? this.$('button,a')?.focus(how) : super.focus(how); }
  });
  const filled = (e, name) => [...e.children].some(child => child.slot === name);

  // ---- Boxes ---------------------------------------------------------------------------------------------------------
  const box = e => {
    const grounds = {base: C.card, subdued: '#f7f8f8', strong: '#e9ebeb', transparent: 'transparent'};
    const radii = {none: 0, small: '6px', 'small-200': '4px', 'small-100': '4px', base: '8px', large: '12px', 'large-100': '12px', max: '999px'};
    const border = e.a('border') || e.a('borderwidth');
    const sizes = ['inlinesize', 'mininlinesize', 'maxinlinesize', 'blocksize', 'minblocksize', 'maxblocksize'];
    const css = sizes.filter(n => e.a(n) && e.a(n) !== 'auto').map(n => `${n.replace(/(min|max)?(inline|block)size/, (_, m, d) => `${m ? m + '-' : ''}${d}-size`)}:${e.a(n)}`);
    if (e.a('background')) css.push(`background:${grounds[e.a('background')] ?? 'transparent'}`);
    if (e.a('borderradius')) css.push(`border-radius:${radii[e.a('borderradius')] ?? '8px'}`);
    if (border && border !== 'none') css.push(`border:1px ${/dashed/.test(border + e.a('borderstyle')) ? 'dashed' : 'solid'} ${C.line}`);
    if (e.a('overflow')) css.push(`overflow:${e.a('overflow')}`);
    return `:host{${css.join(';')}}` + responsive('padding', e.a('padding')) + ['block', 'block-start', 'block-end', 'inline', 'inline-start', 'inline-end'].map(side => responsive(`padding-${side}`, e.a(`padding${side.replace('-', '')}`))).join('') + (e.a('display') ? responsive('display', e.a('display')) : '');
  };
  const place = e => ['alignitems', 'justifyitems', 'aligncontent', 'justifycontent'].filter(n => e.a(n)).map(n => `${n.replace(/(items|content)/, '-$1')}:${e.a(n).replace(/^(start|end)$/, 'flex-$1')}`).join(';');
  const gaps = e => responsive('gap', e.a('gap')) + responsive('row-gap', e.a('rowgap')) + responsive('column-gap', e.a('columngap'));
  const boxed = (tag, display, extra = () => '') => define(tag, e => [`:host{display:${display}}${extra(e)}${box(e)}`, '<slot></slot>'], e => {
    if (e.a('accessibilityrole') && e.a('accessibilityrole') !== 'generic') e.setAttribute('role', {header: 'banner', footer: 'contentinfo', main: 'main', aside: 'complementary', section: 'region', 'ordered-list': 'list', 'unordered-list': 'list', 'list-item': 'listitem', separator: 'separator', status: 'status', alert: 'alert', navigation: 'navigation', none: 'none'}[e.a('accessibilityrole')] ?? 'group');
    if (e.a('accessibilitylabel')) e.setAttribute('aria-label', e.a('accessibilitylabel'));
  });
  boxed('s-box', 'block');
  boxed('s-scroll-box', 'block', () => ':host{overflow:auto}');
  boxed('s-grid', 'grid', e => `:host{${place(e)}}${responsive('grid-template-columns', e.a('gridtemplatecolumns'))}${responsive('grid-template-rows', e.a('gridtemplaterows'))}${gaps(e)}`);
  boxed('s-grid-item', 'block', e => responsive('grid-column', e.a('gridcolumn')) + responsive('grid-row', e.a('gridrow')) + ':host{min-width:0}');
  boxed('s-stack', 'flex', e => `:host{flex-wrap:${e.a('direction') === 'inline' ? 'wrap' : 'nowrap'};flex-direction:${e.a('direction') === 'inline' ? 'row' : 'column'};${place(e)}}${gaps(e)}`);
  define('s-query-container', () => [':host{display:block;container-type:inline-size}', '<slot></slot>']);
  define('s-divider', e => [`:host{display:block;${e.a('direction') === 'block' ? `border-inline-start:1px solid ${C.line};align-self:stretch` : `border-block-start:1px solid ${C.line};margin:4px 0`}}`, ''], e => e.setAttribute('role', 'separator'));
  define('s-page', e => {
    const width = {small: '640px', large: '1400px'}[e.a('inlinesize')] ?? '980px';
    return [`:host{display:block;background:${C.ground};min-height:100vh;font:${FONT};color:${C.text}}.in{max-width:${width};margin:0 auto;padding:20px clamp(12px,3vw,24px) 48px}header{display:flex;flex-wrap:wrap;gap:8px 16px;justify-content:space-between;align-items:center;margin-bottom:16px}h1{font:650 20px/26px Inter,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;margin:0}.act{display:flex;gap:8px;flex-wrap:wrap}.cols{display:grid;gap:16px;align-items:start}main,aside{display:grid;gap:16px;min-width:0}@media(min-width:900px){.two{grid-template-columns:minmax(0,2fr) minmax(0,1fr)}}`,
      `<div class="in"><header><div><slot name="breadcrumb-actions"></slot>${e.a('heading') ? `<h1>${esc(e.a('heading'))}</h1>` : ''}<slot name="supplemental-start"></slot></div><div class="act"><slot name="secondary-actions"></slot><slot name="primary-action"></slot></div></header><div class="cols ${filled(e, 'aside') ? 'two' : ''}"><main><slot></slot></main>${filled(e, 'aside') ? '<aside><slot name="aside"></slot></aside>' : ''}</div></div>`];
  }, e => { e.watch ??= new MutationObserver(() => filled(e, 'aside') !== !!e.$('aside') && e.draw()); e.watch.observe(e, {childList: true}); });
  define('s-section', e => {
    const inner = e.parentElement?.closest('s-section'), level = inner ? 'h3' : 'h2';
    const flush = e.a('padding') === 'none';
    return [`:host{display:block;font:${FONT};color:${C.text};${inner ? '' : `background:${C.card};border-radius:12px;box-shadow:0 0 0 1px ${C.line};padding:${flush ? '0' : '16px'};overflow:hidden`}}.h{display:flex;justify-content:space-between;gap:12px;align-items:center;margin-bottom:${e.a('heading') ? '12px' : '0'};${flush && e.a('heading') ? 'padding:16px 16px 0' : ''}}h2,h3{font-size:14px;font-weight:650;margin:0}h3{font-size:13px}.sub{color:${C.sub};margin:2px 0 0}.c{display:grid;gap:12px}`,
      `<section aria-label="${esc(e.a('accessibilitylabel') || e.a('heading') || 'Section')}"><div class="h"><div>${e.a('heading') ? `<${level}>${esc(e.a('heading'))}</${level}>` : ''}${e.a('subheading') ? `<p class="sub">${esc(e.a('subheading'))}</p>` : ''}</div><slot name="accessory"></slot><slot name="secondary-actions"></slot><slot name="primary-action"></slot></div><slot name="graphic"></slot><div class="c"><slot></slot></div><slot name="supplemental"></slot></section>`];
  });
  define('s-empty-state', e => [`:host{display:block;text-align:center;padding:32px 16px;font:${FONT}}h3{font-size:16px;font-weight:650;margin:8px 0 4px}div{display:flex;gap:8px;justify-content:center;margin-top:12px}`, `<slot name="graphic"></slot><h3>${esc(e.a('heading'))}</h3><slot name="subheading"></slot><slot></slot><div><slot name="secondary-actions"></slot><slot name="primary-action"></slot></div>`]);

  // ---- Words and marks -------------------------------------------------------------------------------------------------
  const ink = e => e.a('color') === 'subdued' ? C.sub : e.a('tone') && !['auto', 'neutral'].includes(e.a('tone')) ? (TONES[e.a('tone')] ?? TONES.auto)[1] : 'inherit';
  const clamp = e => e.a('lineclamp') ? `display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:${+e.a('lineclamp')};overflow:hidden;` : '';
  const hidden = e => e.a('accessibilityvisibility') === 'exclusive' ? ':host{position:absolute!important;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}' : '';
  const figures = e => e.a('fontvariantnumeric') ? `font-variant-numeric:${e.a('fontvariantnumeric')};` : '';
  const letters = e => ({small: 'font-size:12px;line-height:16px;', large: 'font-size:16px;line-height:24px;', 'large-100': 'font-size:20px;line-height:26px;', 'large-200': 'font-size:24px;line-height:30px;'}[e.a('fontsize')] ?? '') + ({strong: 'font-weight:650;', bold: 'font-weight:650;', semibold: 'font-weight:600;', medium: 'font-weight:500;'}[e.a('fontweight')] ?? '');
  define('s-text', e => [`:host{display:inline;color:${ink(e)};${figures(e)}${letters(e)}${{strong: 'font-weight:650', emphasis: 'font-style:italic', mark: 'background:#fff0c7', redundant: 'text-decoration:line-through', offset: '', address: ''}[e.a('type')] ?? ''}}${hidden(e)}`, '<slot></slot>']);
  define('s-number', e => [`:host{display:inline;font-variant-numeric:tabular-nums;color:${ink(e)};${letters(e)}}`, '<slot></slot>']);
  define('s-paragraph', e => [`:host{display:block;font:${FONT};color:${ink(e)};${figures(e)}${letters(e)}${clamp(e)}}${hidden(e)}p{margin:0;display:contents}`, '<p><slot></slot></p>']);
  define('s-heading', e => {
    const level = Math.min(6, 2 + (e.closest('s-section') ? 1 : 0));
    return [`:host{display:block;${clamp(e)}}${hidden(e)}h2,h3{font:650 14px/20px Inter,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;${letters(e)}margin:0}`, `<h${level}><slot></slot></h${level}>`];
  });
  define('s-badge', e => { const [ground, words] = TONES[e.a('tone', 'auto')] ?? TONES.auto; return [`:host{display:inline-block}span{display:inline-flex;align-items:center;gap:4px;background:${ground};color:${words};border-radius:8px;padding:1px 8px;font:500 12px/18px Inter,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;white-space:nowrap}svg{width:14px;height:14px}`, `<span>${e.a('icon') ? icon(e.a('icon')) : ''}<slot></slot></span>`]; });
  const chip = e => [`:host{display:inline-block}span,button,a{display:inline-flex;gap:6px;align-items:center;background:#e9ebeb;border:0;border-radius:999px;padding:3px 10px;font:13px/18px Inter,"Segoe UI","DejaVu Sans",sans-serif;color:${C.text};text-decoration:none}`, `<span><slot name="graphic"></slot>${e.localName === 's-clickable-chip' ? (e.a('href') ? `<a href="${esc(e.a('href'))}"><slot></slot></a>` : '<button type="button"><slot></slot></button>') : '<slot></slot>'}${e.has('removable') ? '<button type="button" class="rm" aria-label="Remove">×</button>' : ''}</span>`];
  const removable = e => e.$('.rm')?.addEventListener('click', event => { event.stopPropagation(); e.dispatchEvent(new Event('remove')); });
  define('s-chip', chip, removable);
  define('s-clickable-chip', chip, removable);
  define('s-icon', e => [`:host{display:inline-block;line-height:0;color:${ink(e)}}${e.a('size') === 'small' ? 'svg{width:16px;height:16px}' : ''}`, icon(e.a('type', 'info'))]);
  define('s-avatar', e => [':host{display:inline-block}span{display:grid;place-items:center;width:36px;height:36px;border-radius:50%;background:#dbe6ee;font:600 13px Inter,"DejaVu Sans",sans-serif;overflow:hidden}img{width:100%}', `<span>${e.a('src') ? `<img src="${esc(e.a('src'))}" alt="${esc(e.a('alt'))}">` : esc(e.a('initials').slice(0, 2))}</span>`]);
  const media = (e, css) => [`:host{display:block}img{display:block;max-width:100%;${css};border-radius:8px;object-fit:${e.a('objectfit', 'cover')};${e.a('aspectratio') ? `aspect-ratio:${e.a('aspectratio')}` : ''}}`, e.a('src') ? `<img src="${esc(e.a('src'))}" alt="${esc(e.a('alt'))}" loading="${esc(e.a('loading', 'eager'))}">` : ''];
  define('s-image', e => media(e, e.a('inlinesize') === 'auto' ? '' : 'width:100%'));
  define('s-thumbnail', e => { const side = {'small-200': 24, 'small-100': 32, small: 40, base: 60, large: 80, 'large-100': 100}[e.a('size', 'base')] ?? 60; return [`:host{display:inline-block}span{display:grid;place-items:center;width:${side}px;height:${side}px;border:1px solid ${C.line};border-radius:8px;overflow:hidden;background:#f7f8f8;color:${C.sub}}img{width:100%;height:100%;object-fit:cover}`, `<span>${e.a('src') ? `<img src="${esc(e.a('src'))}" alt="${esc(e.a('alt'))}">` : icon('image')}</span>`]; });
  define('s-spinner', e => [`:host{display:inline-block}span{display:block;width:20px;height:20px;border:2px solid ${C.line};border-top-color:${C.text};border-radius:50%;animation:t 1s linear infinite}@keyframes t{to{transform:rotate(1turn)}}@media(prefers-reduced-motion:reduce){span{animation-duration:4s}}`, `<span role="status" aria-label="${esc(e.a('accessibilitylabel', 'Loading'))}"></span>`]);
  define('s-progress', e => [`:host{display:block}progress{width:100%;height:8px;appearance:none;border:0;border-radius:8px;overflow:hidden;background:#e4e7e7}progress::-webkit-progress-bar{background:#e4e7e7}progress::-webkit-progress-value{background:${{critical: '#b3271a', success: '#1d7d47'}[e.a('tone')] ?? C.brand};border-radius:8px}`, `<progress aria-label="${esc(e.a('accessibilitylabel', 'Progress'))}" max="${esc(e.a('max', '1'))}" ${e.hasAttribute('value') ? `value="${esc(e.a('value'))}"` : ''}></progress>`]);
  for (const [tag, role] of [['s-unordered-list', 'disc'], ['s-ordered-list', 'decimal']]) define(tag, () => [`:host{display:block;padding-left:20px;font:${FONT}}::slotted(s-list-item){display:list-item!important;list-style:${role}}`, '<slot></slot>'], e => e.setAttribute('role', 'list'));
  define('s-list-item', () => [':host{display:list-item;padding:2px 0}', '<slot></slot>'], e => e.setAttribute('role', 'listitem'));
  define('s-banner', e => {
    const tone = TONES[e.a('tone', 'info')] ? e.a('tone', 'info') : 'info', [ground, words] = TONES[tone];
    return [`:host{display:block;font:${FONT};background:${ground};color:${words};border-radius:12px;padding:12px 16px}.r{display:flex;gap:10px}.w{flex:1;min-width:0;display:grid;gap:4px}strong{font-weight:650}.x{border:0;background:none;color:inherit;cursor:pointer;padding:0;height:24px}.a{display:flex;gap:8px}`,
      `<div class="r" role="${tone === 'critical' ? 'alert' : 'status'}">${icon({success: 'check', info: 'info'}[tone] ?? 'alert')}<div class="w">${e.a('heading') ? `<strong>${esc(e.a('heading'))}</strong>` : ''}<div><slot></slot></div><div class="a"><slot name="secondary-actions"></slot></div></div>${e.has('dismissible') ? `<button class="x" type="button" aria-label="Dismiss">${icon('x')}</button>` : ''}</div>`];
  }, e => e.$('.x')?.addEventListener('click', () => { e.hidden = true; e.dispatchEvent(new Event('dismiss')); e.dispatchEvent(new Event('afterhide')); }));

  // ---- Things to press -------------------------------------------------------------------------------------------------
  const command = e => {
    const target = e.a('commandfor') && e.getRootNode().getElementById(e.a('commandfor'));
    if (!target) return;
    const verb = {'--show': 'showOverlay', '--hide': 'hideOverlay', '--toggle': 'toggleOverlay', '--auto': 'toggleOverlay'}[e.a('command', '--auto')];
    target[verb]?.(e);
  };
  const press = e => e.$('button,a')?.addEventListener('click', () => {
    const form = e.closest('form');
    if (form && e.a('type') === 'submit') setTimeout(() => form.requestSubmit());
    if (form && e.a('type') === 'reset') form.reset();
    command(e);
  });
  const pressable = (e, inside) => e.hasAttribute('href') && !e.has('disabled')
    ? `<a href="${esc(e.a('href'))}" ${e.a('target') ? `target="${esc(e.a('target'))}"` : ''} ${e.hasAttribute('download') ? `download="${esc(e.a('download'))}"` : ''} ${e.a('accessibilitylabel') ? `aria-label="${esc(e.a('accessibilitylabel'))}"` : ''}>${inside}</a>`
    : `<button type="button" ${e.has('disabled') || e.has('loading') ? 'disabled' : ''} ${e.a('accessibilitylabel') ? `aria-label="${esc(e.a('accessibilitylabel'))}"` : ''} ${e.localName === 's-press-button' ? `aria-pressed="${e.has('pressed')}"` : ''} ${e.has('loading') ? 'aria-busy="true"' : ''}>${inside}</button>`;
  const button = e => {
    const kind = e.a('variant', 'secondary'), critical = e.a('tone') === 'critical';
    const ground = kind === 'primary' ? (critical ? '#a3200f' : C.brand) : kind === 'tertiary' ? 'transparent' : '#fff';
    const words = kind === 'primary' ? '#fff' : critical ? '#a3200f' : C.text;
    return [`:host{display:${e.a('inlinesize') === 'fill' ? 'block' : 'inline-block'};vertical-align:middle}button,a{display:inline-flex;gap:6px;align-items:center;justify-content:center;${e.a('inlinesize') === 'fill' ? 'width:100%;' : ''}min-height:32px;padding:5px 12px;font:600 13px/20px Inter,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;border-radius:8px;border:1px solid ${kind === 'secondary' || kind === 'auto' ? '#c9cdce' : 'transparent'};background:${ground};color:${words};cursor:pointer;text-decoration:none;white-space:nowrap}button:hover:enabled,a:hover{filter:brightness(.95);${kind === 'primary' ? 'filter:brightness(1.35)' : ''}${kind === 'tertiary' ? ';background:#e6e8e8' : ''}}button:disabled{opacity:.5;cursor:default}[aria-pressed=true]{background:#e3e6e6}@media(pointer:coarse){button,a{min-height:44px}}`,
      pressable(e, `${e.a('icon') ? icon(e.a('icon')) : ''}<slot></slot>`)];
  };
  define('s-button', button, press);
  define('s-press-button', button, e => { press(e); e.$('button')?.addEventListener('click', () => e.toggleAttribute('pressed')); });
  define('s-button-group', e => [':host{display:flex;gap:8px;flex-wrap:wrap}', '<slot name="secondary-actions"></slot><slot></slot><slot name="primary-action"></slot>'], e => { e.setAttribute('role', 'group'); if (e.a('accessibilitylabel')) e.setAttribute('aria-label', e.a('accessibilitylabel')); });
  define('s-link', e => [`:host{display:inline}a,button{color:${e.a('tone') === 'critical' ? '#a3200f' : e.a('tone') === 'neutral' ? 'inherit' : C.link};font:inherit;background:none;border:0;padding:0;cursor:pointer;text-underline-offset:2px;text-decoration:underline}`, pressable(e, '<slot></slot>')], press);
  define('s-clickable', e => [`:host{display:block;border-radius:8px}${box(e)}button,a{display:block;width:100%;text-align:start;font:inherit;color:inherit;background:none;border:0;padding:0;text-decoration:none;cursor:pointer;border-radius:inherit}:host(:hover){background:#f0f2f2}`, pressable(e, '<slot></slot>')], press);

  // ---- Things that open ---------------------------------------------------------------------------------------------------
  const overlay = Base => class extends Base {
    fire(...names) { names.forEach(name => this.dispatchEvent(new Event(name))); }
    toggleOverlay(from) { return this.isOpen ? this.hideOverlay() : this.showOverlay(from); }
    show(from) { this.showOverlay(from); }
    hide() { this.hideOverlay(); }
  };
  customElements.define('s-modal', class extends overlay(Element) {
    view() {
      const width = {small: '400px', 'small-100': '400px', large: '820px', 'large-100': '980px', max: '96vw'}[this.a('size')] ?? '600px';
      return [`:host{display:contents;font:${FONT};color:${C.text}}dialog{border:0;padding:0;border-radius:16px;width:min(${width},94vw);color:inherit;box-shadow:0 24px 60px #0006}dialog::backdrop{background:#1118}header,footer{display:flex;justify-content:space-between;align-items:center;gap:8px;padding:12px 16px}header{background:${C.ground};border-bottom:1px solid ${C.line}}h2{font-size:15px;font-weight:650;margin:0}footer{border-top:1px solid ${C.line};justify-content:flex-end}footer[hidden]{display:none}.b{padding:${this.a('padding') === 'none' ? '0' : '16px'};display:grid;gap:12px;max-height:70vh;overflow:auto}.x{border:0;background:none;cursor:pointer;padding:4px}`,
        `<dialog aria-label="${esc(this.a('accessibilitylabel') || this.a('heading'))}"><header><h2>${esc(this.a('heading'))}</h2><button class="x" type="button" aria-label="Close">${icon('x')}</button></header><div class="b"><slot></slot></div><footer><slot name="secondary-actions"></slot><slot name="primary-action"></slot></footer></dialog>`];
    }
    after() {
      this.$('.x').addEventListener('click', () => this.hideOverlay());
      this.$('dialog').addEventListener('close', () => this.fire('hide', 'afterhide'));
    }
    get isOpen() { return this.$('dialog').open; }
    showOverlay() {
      this.$('footer').hidden = !filled(this, 'primary-action') && !filled(this, 'secondary-actions');
      if (this.isOpen) return;
      this.$('dialog').showModal();
      this.fire('show', 'aftershow');
    }
    hideOverlay() { this.isOpen && this.$('dialog').close(); }
  });
  const floating = (tag, role) => customElements.define(tag, class extends overlay(Element) {
    view() { return [`:host{display:contents;font:${FONT};color:${C.text}}.p{margin:0;border:0;padding:${role ? '6px' : '12px'};border-radius:12px;min-width:180px;max-width:min(360px,92vw);box-shadow:0 8px 28px #0003,0 0 0 1px ${C.line};background:#fff;color:inherit;inset:auto}${role ? '::slotted(*){display:block!important}' : ''}`, `<div class="p" popover="auto" ${role ? 'role="group"' : ''} aria-label="${esc(this.a('accessibilitylabel') || 'Options')}"><slot></slot></div>`]; }
    after() { this.$('.p').addEventListener('toggle', event => this.fire(event.newState === 'open' ? 'show' : 'hide', 'toggle', event.newState === 'open' ? 'aftershow' : 'afterhide')); }
    get isOpen() { return this.$('.p').matches(':popover-open'); }
    showOverlay(from) {
      this.$('.p').showPopover();
      const at = from?.getBoundingClientRect() ?? {left: 20, bottom: 20}, own = this.$('.p').getBoundingClientRect();
      Object.assign(this.$('.p').style, {left: `${Math.max(8, Math.min(at.left, innerWidth - own.width - 8))}px`, top: `${Math.max(8, Math.min(at.bottom + 4, innerHeight - own.height - 8))}px`});
    }
    hideOverlay() { this.isOpen && this.$('.p').hidePopover(); }
  });
  floating('s-popover');
  floating('s-menu', 'menu');
  define('s-tooltip', () => [':host{display:none}', '<slot></slot>'], e => queueMicrotask(() => e.id && document.querySelectorAll(`[interestfor="${CSS.escape(e.id)}"]`).forEach(found => { found.title = e.textContent.trim(); })));

  // ---- Fields: form-associated, the native control lives in the shadow -------------------------------------------------
  const KINDS = {'s-text-field': 'text', 's-number-field': 'number', 's-money-field': 'number', 's-email-field': 'email', 's-url-field': 'url', 's-password-field': 'password', 's-search-field': 'search', 's-date-field': 'date', 's-color-field': 'color', 's-color-picker': 'color', 's-date-picker': 'date', 's-checkbox': 'checkbox', 's-switch': 'checkbox', 's-select': 'select', 's-text-area': 'textarea', 's-drop-zone': 'file'};
  const FIELD_CSS = `:host{display:block;font:${FONT};color:${C.text}}label,.l{display:block;margin-bottom:4px}label:has(>.hid){margin:0}.row{display:flex;align-items:center;gap:6px;border:1px solid ${C.field};border-radius:8px;background:#fff;padding:0 10px}.row:focus-within{outline:2px solid ${C.focus};outline-offset:1px}.row input,.row select,.row textarea{flex:1;min-width:0;width:100%;font:inherit;color:inherit;border:0;background:none;padding:6px 0;outline:none;min-height:32px}.row select{appearance:auto}textarea{resize:vertical}.row:has(:disabled){background:#eef0f0;color:${C.sub}}.bad{border-color:#a3200f;background:#fff6f5}small,.d{display:block;color:${C.sub};font-size:13px;margin-top:4px}.e{display:flex;gap:4px;color:#86190c;font-size:13px;margin-top:4px}.c{display:flex;gap:8px;align-items:flex-start}.c label{margin:0;display:block}.c input{width:18px;height:18px;margin:1px 0;accent-color:${C.brand};flex:none}.sw{appearance:none;width:34px!important;height:20px!important;border-radius:20px;background:#8b9194;position:relative;cursor:pointer}.sw::after{content:"";position:absolute;inset:2px auto 2px 2px;width:16px;border-radius:50%;background:#fff;transition:translate .12s}.sw:checked{background:${C.brand}}.sw:checked::after{translate:14px 0}input[type=color]{padding:2px!important;width:48px}@media(pointer:coarse){.row{min-height:44px}}`;
  class Field extends Element {
    static formAssociated = true;
    static observedAttributes = ['error', 'label', 'disabled', 'details', 'value', 'checked', 'required', 'placeholder', 'name', 'min', 'max'];
    constructor() { super(); this.internals = this.attachInternals(); }
    get kind() { return KINDS[this.localName]; }
    get isBox() { return this.kind === 'checkbox'; }
    get name() { return this.a('name'); }
    set name(text) { this.setAttribute('name', text); }
    get form() { return this.internals.form; }
    get value() { if (this.awaited) this.draw(); return this.isBox ? this.a('value', 'on') : this.control && this.kind !== 'file' ? this.control.value : this.a('value'); }
    set value(text) { if (this.isBox || !this.control) this.setAttribute('value', text); else { this.control.value = text; this.sync(); } }
    get checked() { return this.control ? this.control.checked : this.has('checked'); }
    set checked(on) { if (this.control) { this.control.checked = on; this.sync(); } else this.toggleAttribute('checked', on); }
    get files() { return [...(this.control?.files ?? [])]; }
    connectedCallback() {
      this.draw();
      if (this.kind === 'select') { this.watch ??= new MutationObserver(() => this.redraw()); this.watch.observe(this, {childList: true, subtree: true, attributes: true, characterData: true}); }
    }
    attributeChangedCallback(name, before, now) {
      if (!this.drawn || before === now) return;
      if (name === 'value' && !this.isBox) { this.control.value = now ?? ''; return this.sync(); }
      if (name === 'checked') { this.control.checked = this.has('checked'); return this.sync(); }
      this.draw();
    }
    // While a page is parsed its options come one by one: drawn once all are there, not as often as there are options.
    redraw() {
      if (document.readyState !== 'loading') return this.draw();
      if (!this.awaited) document.addEventListener('readystatechange', () => this.awaited && this.draw(), {once: true});
      this.awaited = true;
    }
    draw() {
      this.awaited = false;
      const kept = this.control && this.kind !== 'file' ? {value: this.touched ? this.control.value : undefined, checked: this.control.checked} : null;
      this.shadowRoot.innerHTML = `<style>${BASE}${FIELD_CSS}</style>${this.isBox ? this.tick() : this.line()}${this.notes()}`;
      this.control = this.$('#f');
      if (kept?.value !== undefined && !this.isBox) this.control.value = kept.value;
      if (kept && this.isBox) this.control.checked = kept.checked;
      this.control.indeterminate = this.has('indeterminate');
      this.listen();
      this.drawn = true;
      this.sync();
    }
    get words() { return `<span class="${this.a('labelaccessibilityvisibility') === 'exclusive' ? 'hid' : ''}">${esc(this.a('label') || this.a('accessibilitylabel') || this.a('name'))}</span>`; }
    get common() { return `id="f" ${this.has('disabled') ? 'disabled' : ''} ${this.has('required') ? 'required' : ''} ${this.has('readonly') ? 'readonly' : ''} ${this.a('error') ? 'aria-invalid="true"' : ''} aria-describedby="d e"`; }
    tick() { return `<div class="c"><input type="checkbox" ${this.common} ${this.localName === 's-switch' ? 'class="sw" role="switch"' : ''} ${this.has('checked') ? 'checked' : ''}><label for="f"${this.a('label') ? '' : ' class="hid"'}>${this.words}</label></div>`; }
    line() {
      const before = this.localName === 's-money-field' ? this.a('currencycode', '€') : this.a('prefix');
      const lead = this.a('icon') || this.kind === 'search' ? icon(this.a('icon', 'search'), C.sub) : '';
      return `<label for="f">${this.words}</label><div class="row ${this.a('error') ? 'bad' : ''}">${lead}${before ? `<span>${esc(before)}</span>` : ''}${this.widget()}${this.a('suffix') ? `<span>${esc(this.a('suffix'))}</span>` : ''}<slot name="accessory"></slot></div>`;
    }
    widget() {
      if (this.kind === 'select') return `<select ${this.common}>${this.a('placeholder') ? `<option value="" disabled ${this.a('value') ? '' : 'selected'}>${esc(this.a('placeholder'))}</option>` : ''}${[...this.children].map(child => this.option(child)).join('')}</select>`;
      if (this.kind === 'textarea') return `<textarea ${this.common} rows="${esc(this.a('rows', '3'))}" placeholder="${esc(this.a('placeholder'))}">${esc(this.a('value'))}</textarea>`;
      const limits = ['min', 'max', 'step', 'maxlength', 'minlength', 'autocomplete', 'inputmode', 'accept', 'placeholder'].filter(n => this.a(n)).map(n => `${n}="${esc(this.a(n))}"`).join(' ');
      const any = this.kind === 'number' && !this.a('step') ? 'step="any"' : '';
      return `<input type="${this.kind}" ${this.common} ${limits} ${any} ${this.has('multiple') ? 'multiple' : ''} value="${this.kind === 'file' ? '' : esc(this.a('value'))}">`;
    }
    option(child) {
      if (child.localName === 's-option-group') return `<optgroup label="${esc(child.getAttribute('label'))}">${[...child.children].map(inner => this.option(inner)).join('')}</optgroup>`;
      if (child.localName !== 's-option') return '';
      const value = child.getAttribute('value') ?? child.textContent.trim();
      const chosen = this.hasAttribute('value') ? this.a('value') === value : child.hasAttribute('selected') || child.hasAttribute('defaultselected');
      return `<option value="${esc(value)}" ${chosen ? 'selected' : ''} ${child.hasAttribute('disabled') ? 'disabled' : ''}>${esc(child.textContent.trim())}</option>`;
    }
    notes() { return `<div id="d" class="${this.a('details') || filled(this, 'details') ? 'd' : ''}">${esc(this.a('details'))}<slot name="details"></slot></div><div id="e">${this.a('error') ? `<div class="e" role="alert">${icon('alert')}${esc(this.a('error'))}</div>` : ''}<slot name="error"></slot></div>`; }
    listen() {
      this.control.addEventListener('input', () => { this.touched = true; this.sync(); });
      this.control.addEventListener('change', () => { this.touched = true; this.sync(); this.dispatchEvent(new Event('change', {bubbles: true})); });
      if (!['textarea', 'select', 'checkbox', 'file'].includes(this.kind)) this.control.addEventListener('keydown', event => event.key === 'Enter' && this.form?.requestSubmit());
    }
    sync() {
      const files = this.kind === 'file' && this.name ? this.files : null;
      if (files) { const parts = new FormData(); files.forEach(file => parts.append(this.name, file)); this.internals.setFormValue(parts); }
      else this.internals.setFormValue(this.has('disabled') || (this.isBox && !this.control.checked) ? null : this.value);
      this.internals.setValidity(this.control.validity, this.control.validationMessage, this.control);
    }
    formResetCallback() { this.touched = false; this.control = null; this.draw(); }
    focus() { this.control?.focus(); }
    checkValidity() { return this.internals.checkValidity(); }
    reportValidity() { return this.internals.reportValidity(); }
  }
  for (const tag of Object.keys(KINDS)) customElements.define(tag, class extends Field {});
  for (const tag of ['s-option', 's-option-group']) define(tag, () => [':host{display:none}', '<slot></slot>']);

  // ---- One of several, some of several ------------------------------------------------------------------------------------
  customElements.define('s-choice', class extends Element {
    static observedAttributes = ['selected', 'disabled'];
    get selected() { return this.has('selected'); }
    set selected(on) { this.toggleAttribute('selected', on); }
    get list() { return this.closest('s-choice-list'); }
    view() {
      const kind = this.list?.has('multiple') ? 'checkbox' : 'radio';
      return [`:host{display:block;font:${FONT}}label{display:flex;gap:8px;align-items:flex-start;cursor:pointer;padding:2px 0}input{width:18px;height:18px;margin:1px 0;accent-color:${C.brand};flex:none}.d::slotted(*){display:block;color:${C.sub};font-size:13px}.s{padding:6px 0 2px 26px}`,
        `<label><input type="${kind}" ${this.selected || this.has('defaultselected') ? 'checked' : ''} ${this.has('disabled') || this.list?.has('disabled') ? 'disabled' : ''} ${this.a('accessibilitylabel') ? `aria-label="${esc(this.a('accessibilitylabel'))}"` : ''}><span><slot></slot><slot name="details" class="d"></slot></span></label>${filled(this, 'secondary-content') ? '<div class="s"><slot name="secondary-content"></slot></div>' : ''}`];
    }
    after() { this.$('input').addEventListener('change', event => this.list?.pick(this, event.target.checked)); }
  });
  customElements.define('s-choice-list', class extends Element {
    static formAssociated = true;
    static observedAttributes = ['label', 'error', 'details', 'disabled'];
    constructor() { super(); this.internals = this.attachInternals(); }
    get choices() { return [...this.querySelectorAll('s-choice')].filter(choice => choice.closest('s-choice-list') === this); }
    get name() { return this.a('name'); }
    get values() { return this.choices.filter(choice => choice.selected).map(choice => choice.getAttribute('value')); }
    set values(wanted) { this.choices.forEach(choice => { choice.selected = wanted.includes(choice.getAttribute('value')); }); this.sync(); }
    view() {
      const quiet = this.a('labelaccessibilityvisibility') === 'exclusive';
      return [`:host{display:block;font:${FONT};color:${C.text}}fieldset{border:0;padding:0;margin:0;display:grid;gap:4px}legend{padding:0;margin-bottom:4px}.d{color:${C.sub};font-size:13px}.e{color:#86190c;font-size:13px}`,
        `<fieldset><legend class="${quiet ? 'hid' : ''}">${esc(this.a('label'))}</legend>${this.a('details') ? `<div class="d">${esc(this.a('details'))}</div>` : ''}<slot></slot>${this.a('error') ? `<div class="e" role="alert">${esc(this.a('error'))}</div>` : ''}</fieldset>`];
    }
    after() {
      this.$('slot').addEventListener('slotchange', () => { if (!this.touched) this.initial = this.values; this.sync(); });
      this.onkeydown ??= event => this.step(event);
      this.sync();
    }
    pick(choice, on) {
      this.touched = true;
      if (!this.has('multiple')) this.choices.forEach(other => { other.selected = other === choice; });
      else choice.selected = on;
      this.sync();
      this.dispatchEvent(new Event('input', {bubbles: true, composed: true}));
      this.dispatchEvent(new Event('change', {bubbles: true}));
    }
    step(event) {
      const way = {ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1}[event.key];
      if (!way || this.has('multiple') || event.target.localName !== 's-choice') return;
      event.preventDefault();
      const all = this.choices, next = all[(all.indexOf(event.target) + way + all.length) % all.length];
      this.pick(next, true);
      next.$('input').focus();
    }
    sync() {
      const parts = new FormData();
      if (this.name && !this.has('disabled')) this.values.forEach(value => parts.append(this.name, value));
      this.internals.setFormValue(parts);
    }
    formResetCallback() { this.touched = false; this.values = this.initial ?? []; }
  });

  // ---- Tables: rows become cards on a phone -----------------------------------------------------------------------------------
  const NARROW = '@media(max-width:560px)';
  const cell = (tag, display, role, css) => define(tag, () => [`:host{display:${display}}${css}`, '<slot></slot>'], e => e.setAttribute('role', role));
  define('s-table', e => [`:host{display:block;font:${FONT};color:${C.text}}.t{display:table;width:100%;border-collapse:collapse}${NARROW}{.t{display:block}}nav{display:flex;justify-content:center;gap:8px;padding:8px}nav button{font:inherit;border:1px solid ${C.line};border-radius:8px;background:#fff;padding:4px 12px;min-height:32px}`,
    `<slot name="filters"></slot><div class="t" role="table"><slot></slot></div>${e.has('paginate') ? `<nav aria-label="Pages"><button type="button" ${e.has('haspreviouspage') ? '' : 'disabled'} data-go="previouspage">Previous</button><button type="button" ${e.has('hasnextpage') ? '' : 'disabled'} data-go="nextpage">Next</button></nav>` : ''}`],
  e => e.shadowRoot.querySelectorAll('[data-go]').forEach(go => go.addEventListener('click', () => e.dispatchEvent(new Event(go.dataset.go)))));
  cell('s-table-header-row', 'table-row', 'row', `:host{background:#f7f8f8}${NARROW}{:host{display:none}}`);
  cell('s-table-header', 'table-cell', 'columnheader', `:host{padding:8px 12px;font-weight:550;font-size:13px;color:${C.sub};text-align:start;border-bottom:1px solid ${C.line};white-space:nowrap}:host([format=numeric]),:host([format=currency]){text-align:end}`);
  cell('s-table-body', 'table-row-group', 'rowgroup', `${NARROW}{:host{display:block}}`);
  define('s-table-row', e => [`:host{display:table-row}:host(:hover){background:#f9fafa}${e.a('clickdelegate') ? ':host{cursor:pointer}' : ''}${NARROW}{:host{display:block;padding:10px 12px;border-bottom:1px solid ${C.line}}}`, '<slot></slot>'], e => {
    e.setAttribute('role', 'row');
    e.onclick ??= event => { const link = e.a('clickdelegate') && document.getElementById(e.a('clickdelegate')); if (link && !event.composedPath().some(n => ['a', 'button', 'input'].includes(n.localName))) (link.shadowRoot?.querySelector('a,button') ?? link).click(); };
  });
  define('s-table-cell', e => [`:host{display:table-cell;padding:8px 12px;border-bottom:1px solid ${C.line};vertical-align:middle}:host([data-format=numeric]),:host([data-format=currency]){text-align:end;font-variant-numeric:tabular-nums}${NARROW}{:host{display:flex;justify-content:space-between;gap:16px;padding:2px 0;border:0;text-align:end}:host::before{content:attr(data-label);color:${C.sub};text-align:start}:host([data-slot=primary]){font-weight:600;justify-content:flex-start}:host([data-slot=primary])::before,:host([data-slot=kicker])::before{content:none}}`, '<slot></slot>'], e => {
    e.setAttribute('role', 'cell');
    const place = [...(e.parentElement?.children ?? [])].indexOf(e), header = e.closest('s-table')?.querySelectorAll('s-table-header')[place];
    if (!header) return;
    e.dataset.label = header.textContent.trim();
    e.dataset.slot = header.getAttribute('listslot') ?? (place === 0 ? 'primary' : '');
    e.dataset.format = header.getAttribute('format') ?? '';
  });
})();
