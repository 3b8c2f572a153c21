import { fileURLToPath } from 'node:url'
import tailwind from '@tailwindcss/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

// `npm run dev` serves the console and passes the API on to a running `cargo dev`.
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
    // The server's list of common passwords is read where it stands.
    fs: { allow: ['.', '../crates/core/src/passwords'] },
  },
  build: {
    // Browsers with light-dark(), native nesting and module preload: nothing is polyfilled.
    target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
    modulePreload: { polyfill: false },
    // The content security policy allows no inline script and no inline style.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  test: {
    environment: 'happy-dom',
    // Compiling a page takes its time on a machine with much to do.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    include: ['{src,scripts}/**/*.test.ts'],
    unstubGlobals: true,
    restoreMocks: true,
  },
})
