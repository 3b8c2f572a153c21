import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import vue from 'eslint-plugin-vue'
import accessibility from 'eslint-plugin-vuejs-accessibility'
import globals from 'globals'
import typescript from 'typescript-eslint'

export default typescript.config(
  { ignores: ['dist/', 'e2e/report/', 'e2e/results/', 'e2e/screenshots/', 'src/api/schema.d.ts'] },
  js.configs.recommended,
  typescript.configs.strict,
  vue.configs['flat/recommended'],
  accessibility.configs['flat/recommended'],
  // Turns off rules about layout, which Prettier decides.
  prettier,
  {
    files: ['**/*.{ts,vue}'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { parser: typescript.parser, extraFileExtensions: ['.vue'] },
    },
    // vue-tsc reports undefined names; this rule does not know types.
    rules: { 'no-undef': 'off' },
  },
  {
    files: ['**/*.{js,mjs}', '*.ts', 'tests/**/*.ts', '**/*.test.ts'],
    languageOptions: { globals: globals.node },
  },
  {
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-globals': [
        'error',
        { name: 'sessionStorage', message: 'Do not store data of a session.' },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      'vue/no-v-html': 'error',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/define-macros-order': 'error',
      'vue/no-static-inline-styles': 'error',
      // An omitted prop is undefined, as its type says.
      'vue/require-default-prop': 'off',
      'vue/no-undef-components': ['error', { ignorePatterns: ['RouterLink', 'RouterView'] }],
      'vuejs-accessibility/label-has-for': [
        'error',
        { required: { some: ['nesting', 'id'] }, controlComponents: ['UiCheckbox'] },
      ],
    },
  },
  {
    files: ['e2e/**/*.mjs', 'scripts/*.mjs', 'lighthouse/*.mjs', 'bench/*.mjs'],
    rules: { 'no-console': 'off' },
    languageOptions: { globals: globals.browser },
  },
)
