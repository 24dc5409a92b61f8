/** Short messages at the edge of the window, and questions that must be answered before something goes on. */
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';

export interface Message { readonly id: number; readonly tone: 'info' | 'error'; readonly text: string }
export interface Choice { readonly id: string; readonly label: string; readonly primary?: boolean }
export interface Question { readonly title: string; readonly text: string; readonly choices: readonly Choice[] }

const INFO_MS = 4_000;
const LIMIT = 4;

export const useMessages = defineStore('messages', () => {
  const list = ref<Message[]>([]);
  const question = shallowRef<Question | null>(null);
  let answerQuestion: ((id: string) => void) | null = null;
  let nextId = 1;

  function dismiss(id: number): void {
    list.value = list.value.filter((message) => message.id !== id);
  }

  /** Errors stay until dismissed; news go by themselves. */
  function say(text: string, tone: Message['tone'] = 'info'): void {
    const id = nextId++;
    list.value = [...list.value.filter((message) => message.text !== text), { id, tone, text }].slice(-LIMIT);
    if (tone === 'info') setTimeout(() => dismiss(id), INFO_MS);
  }

  /** Asks; resolves with the id of the choice, "cancel" when the dialog is closed. */
  function ask(wanted: Question): Promise<string> {
    answerQuestion?.('cancel');
    question.value = wanted;
    return new Promise((resolve) => { answerQuestion = resolve; });
  }

  function answer(id: string): void {
    question.value = null;
    answerQuestion?.(id);
    answerQuestion = null;
  }

  return { list, question, say, dismiss, ask, answer };
});
