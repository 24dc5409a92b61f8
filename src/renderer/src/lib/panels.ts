/** The panels by id: component, icon. */
import { Blocks, Bug, Cpu, Diff, FileCode2, MapIcon, MemoryStick, Route, Scale, Settings, Settings2, SquareTerminal, Variable, Activity } from '@lucide/vue';
import type { Component } from 'vue';
import ComparePanel from '@/panels/ComparePanel.vue';
import ConfigurationPanel from '@/panels/ConfigurationPanel.vue';
import ConsolePanel from '@/panels/ConsolePanel.vue';
import EditorPanel from '@/panels/EditorPanel.vue';
import FaultsPanel from '@/panels/FaultsPanel.vue';
import LeaksPanel from '@/panels/LeaksPanel.vue';
import MemoryPanel from '@/panels/MemoryPanel.vue';
import PolicyPanel from '@/panels/PolicyPanel.vue';
import RamPanel from '@/panels/RamPanel.vue';
import TranslationPanel from '@/panels/TranslationPanel.vue';
import SegmentsPanel from '@/panels/SegmentsPanel.vue';
import SettingsPanel from '@/panels/SettingsPanel.vue';
import ProcessesPanel from '@/panels/ProcessesPanel.vue';
import VariablesPanel from '@/panels/VariablesPanel.vue';
import type { PanelId } from '@/stores/layout';

export const PANEL_VIEWS: Readonly<Record<PanelId, { readonly component: Component; readonly icon: Component }>> = {
  editor: { component: EditorPanel, icon: FileCode2 },
  console: { component: ConsolePanel, icon: SquareTerminal },
  leaks: { component: LeaksPanel, icon: Bug },
  variables: { component: VariablesPanel, icon: Variable },
  memory: { component: MemoryPanel, icon: MapIcon },
  translation: { component: TranslationPanel, icon: Route },
  ram: { component: RamPanel, icon: MemoryStick },
  segments: { component: SegmentsPanel, icon: Blocks },
  faults: { component: FaultsPanel, icon: Activity },
  processes: { component: ProcessesPanel, icon: Cpu },
  configuration: { component: ConfigurationPanel, icon: Settings2 },
  settings: { component: SettingsPanel, icon: Settings },
  compare: { component: ComparePanel, icon: Diff },
  policy: { component: PolicyPanel, icon: Scale },
};
