/**
 * Where pages come from and what they may do: the app:// protocol with a nonce per load, a strict Content Security
 * Policy, no permissions, no navigation, no new windows, no network. Called by index.ts only.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { app, protocol, session, type IpcMainInvokeEvent, type WebContents } from 'electron';

const SCHEME = 'app';
const HOST = 'pagewise';
export const ORIGIN = `${SCHEME}://${HOST}`;
const devUrl = (): URL | null => {
  const url = process.env['ELECTRON_RENDERER_URL'];
  return !app.isPackaged && url ? new URL(url) : null;
};

const MIME: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2', '.svg': 'image/svg+xml', '.png': 'image/png', '.json': 'application/json',
};

/** Policy of one load. Styles need the nonce (CodeMirror and reka-ui add style elements); nothing else is inline. */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'", "script-src 'self'", `style-src 'self' 'nonce-${nonce}'`, "img-src 'self' data:", "font-src 'self'",
    "connect-src 'self'", "worker-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "object-src 'none'",
  ].join('; ');
}

/** Before `ready`: Electron fixes the privileges of schemes at start. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }]);
}

/** The file below `root` that a URL of ours names, or null where it leads out of `root` or to another host. */
export function resolveAsset(root: string, address: string): string | null {
  let path: string;
  try {
    const url = new URL(address);
    if (url.host !== HOST) return null;
    path = decodeURIComponent(url.pathname === '/' ? '/index.html' : url.pathname);
  } catch {
    return null;
  }
  const file = normalize(join(root, path));
  return file.startsWith(root + sep) && !file.includes('\0') ? file : null;
}

/** After `ready`: serves the built renderer, files below `root` only. */
export function serve(root: string): void {
  protocol.handle(SCHEME, async (request) => {
    const path = request.method === 'GET' ? resolveAsset(root, request.url) : null;
    if (!path) return new Response(null, { status: 404 });
    const file = await readFile(path).catch(() => null);
    if (!file) return new Response(null, { status: 404 });
    const nonce = randomBytes(16).toString('base64');
    const body = extname(path) === '.html' ? file.toString('utf8').replaceAll('__CSP_NONCE__', nonce) : new Uint8Array(file);
    return new Response(body, {
      headers: {
        'content-type': MIME[extname(path)] ?? 'application/octet-stream',
        'content-security-policy': contentSecurityPolicy(nonce),
        'x-content-type-options': 'nosniff', 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp',
      },
    });
  });
}

function isOurs(address: string): boolean {
  try {
    const url = new URL(address);
    return `${url.protocol}//${url.host}` === ORIGIN || url.origin === devUrl()?.origin;
  } catch {
    return false;
  }
}

/** After `ready`: everything that a page could ask for beyond its own files is refused. */
export function lockDown(): void {
  const own = session.defaultSession;
  own.setPermissionRequestHandler((_contents, permission, done) => done(permission === 'clipboard-sanitized-write'));
  own.setPermissionCheckHandler((_contents, permission) => permission === 'clipboard-sanitized-write');
  own.setDevicePermissionHandler(() => false);
  own.webRequest.onBeforeRequest((details, done) => {
    const local = ['devtools:', 'data:', 'blob:'].some((scheme) => details.url.startsWith(scheme));
    const reload = details.url.startsWith('ws:') && devUrl() !== null && new URL(details.url).host === devUrl()?.host;
    done({ cancel: !(isOurs(details.url) || local || reload) });
  });
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

/** True for calls of our own top frame. */
export function isTrusted(event: IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame !== undefined && frame === event.sender.mainFrame && isOurs(frame.url);
}
