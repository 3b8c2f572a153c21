import { fileURLToPath } from 'node:url'
import tailwind from '@tailwindcss/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

// The server to which `npm run dev` forwards API requests: a running `cargo dev`.
const server = process.env.HALLPASS_URL ?? 'http://localhost:3000'

export default defineConfig({
  plugins: [vue(), tailwind()],
  resolve: {
    alias: {
      '@': fileURLToPath(new URL('./src', import.meta.url)),
      '@tests': fileURLToPath(new URL('./tests', import.meta.url)),
    },
  },
  define: { __VUE_OPTIONS_API__: 'false' },
  server: {
    proxy: { '/api': server, '/health': server, '/.well-known': server },
    // The console imports the server's lists of common passwords from there.
    fs: { allow: ['.', '../crates/core/src/passwords'] },
  },
  build: {
    // The first versions with light-dark(), CSS nesting and module preload, so that no polyfill is needed.
    target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
    modulePreload: { polyfill: false },
    // The content security policy allows no inline script and no inline style.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  test: {
    environment: 'happy-dom',
    // Long enough to compile a page on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    include: ['{src,scripts}/**/*.test.ts'],
    unstubGlobals: true,
    restoreMocks: true,
  },
})
