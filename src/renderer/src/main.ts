/** Starts the page: preferences first, so that the first picture is the right one. */
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import 'dockview-vue/dist/styles/dockview.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/kinds.css';
import './styles/dock.css';
import './styles/policies.css';
import App from './App.vue';
import { connectStream, errorText } from './lib/bridge';
import { registerCommands } from './lib/commands';
import { useAutosave } from './stores/autosave';
import { useEditor } from './stores/editor';
import { useMessages } from './stores/messages';
import { usePreferences } from './stores/preferences';
import { useSession } from './stores/session';

async function start(): Promise<void> {
  const app = createApp(App);
  app.use(createPinia());
  const session = useSession();
  const messages = useMessages();
  app.config.errorHandler = (error) => {
    console.error(error);
    messages.say(`Something went wrong in the window: ${errorText(error)}`, 'error');
  };
  const autosave = useAutosave();
  connectStream((message) => {
    if (message.type === 'autosave') autosave.take(message.state);
    else session.onStream(message);
  });
  const loaded = await Promise.allSettled([usePreferences().load(), session.loadExamples()]);
  registerCommands();
  const restored = await Promise.allSettled([useEditor().restore()]);
  app.mount('#app');
  const { loadNotice } = usePreferences();
  if (loadNotice !== '') messages.say(loadNotice, 'error');
  for (const outcome of [...loaded, ...restored]) if (outcome.status === 'rejected') messages.say(errorText(outcome.reason), 'error');
}

void start();
