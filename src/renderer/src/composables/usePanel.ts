/** What a panel knows of its place: whether it can be seen, and how the keyboard gets into it. */
import { hasInjectionContext, inject, onBeforeUnmount, ref, type InjectionKey, type Ref } from 'vue';
import type { Facet } from '@/stores/selection';
import { useLayout, type PanelId } from '@/stores/layout';

export const PANEL_VISIBLE: InjectionKey<Readonly<Ref<boolean>>> = Symbol('panel visible');

export function usePanelVisible(): Readonly<Ref<boolean>> {
  return hasInjectionContext() ? inject(PANEL_VISIBLE, () => ref(true), true) : ref(true);
}

/** Registers how a panel takes the focus; `facet` says which part of it was asked for. */
export function usePanelFocus(id: PanelId, focus: (facet: Facet | null) => void): void {
  const release = useLayout().registerFocus(id, focus);
  onBeforeUnmount(release);
}
