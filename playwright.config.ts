/** End-to-end tests in the real Electron. `screenshots` writes the pictures of README and runs only when asked for. */
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'e2e',
  timeout: 90_000,
  expect: { timeout: 15_000 },
  workers: 1,
  fullyParallel: false,
  retries: 0,
  reporter: [['list']],
  use: { trace: 'retain-on-failure' },
  projects: [
    { name: 'window', testMatch: '**/*.spec.ts' },
    ...(process.env['PAGEWISE_SCREENSHOTS'] ? [{ name: 'screenshots', testMatch: '**/screenshots.ts' }] : []),
  ],
});
