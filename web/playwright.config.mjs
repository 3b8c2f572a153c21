import { defineConfig } from '@playwright/test'
import { chromiumOptions } from './e2e/support/browser.mjs'

// Tests the console in a real Chromium against a running Hallpass: npm run e2e
export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.mjs',
  outputDir: 'e2e/results',
  // No retries: a journey that fails sometimes is a defect.
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  fullyParallel: true,
  timeout: 10 * 60_000,
  reporter: [
    ['list', { printSteps: true }],
    ['html', { open: 'never', outputFolder: 'e2e/report' }],
  ],
  use: {
    baseURL: process.env.HALLPASS_URL ?? 'http://localhost:3000',
    launchOptions: chromiumOptions(),
    trace: 'retain-on-failure',
  },
  projects: [
    { name: 'journeys', testDir: 'e2e/journeys' },
    // These make the database unavailable, use up its connections and mark a migration as missing, so they run alone.
    { name: 'outages', testDir: 'e2e/outages', dependencies: ['journeys'], workers: 1 },
    // Wrong passwords slow down all sign-ins from this address.
    { name: 'throttle', testDir: 'e2e/throttle', dependencies: ['outages'] },
  ],
})
