/** What scripts need of the style sheet: the load's nonce, and the value of a token for canvases. */

/** CodeMirror and reka-ui add style elements; the policy lets only those with this nonce through. */
export const cspNonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';

export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
