import './styles/main.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { carryTokensOf } from './api/client'
import ConsoleApp from './app/ConsoleApp.vue'
import { followLanguage } from './i18n/language'
import { applyTheme } from './preferences/theme'
import { createConsoleRouter } from './router'
import { guardSession } from './router/sessionGuard'
import { useSessionStore } from './auth/sessionStore'
import { takeSetupLinkToken } from './setup-link/setupLinkToken'

// Must run before the router is created: the router would keep the address, and so the token, in its history.
takeSetupLinkToken()
applyTheme()

const app = createApp(ConsoleApp)
app.use(createPinia())
carryTokensOf(useSessionStore())

const router = createConsoleRouter()
guardSession(router)
app.use(router)

// Mounted only when the texts are loaded, so that the page does not start in one language and change to another.
void followLanguage().then(() => app.mount('#app'))
