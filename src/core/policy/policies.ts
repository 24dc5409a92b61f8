/** Makes a policy by its name and settings. */
import type { PolicyName, PolicySettings } from '../../shared/policy';
import { Arc } from './arc';
import { Clock } from './clock';
import type { ReplacementPolicy } from './engine';
import { Fifo } from './fifo';
import { Lfu } from './lfu';
import { Lru } from './lru';
import { Nru } from './nru';
import { Opt } from './opt';
import { RandomReplacement } from './random';
import { S3Fifo } from './s3-fifo';
import type { ReferenceTrace } from './trace';
import { TwoQ } from './two-q';

/** NRU's clock interrupt comes every so many references for each frame, unless the settings say otherwise. */
const NRU_REFERENCES_PER_FRAME = 4;

export function nruInterval(settings: PolicySettings, frameCount: number): number {
  return settings.nruInterval ?? NRU_REFERENCES_PER_FRAME * frameCount;
}

/** A fresh engine with all frames free. @param frameCount 1 or more */
export function createPolicy(name: PolicyName, trace: ReferenceTrace, frameCount: number, settings: PolicySettings): ReplacementPolicy {
  switch (name) {
    case 'fifo': return new Fifo(trace, frameCount);
    case 'clock': return new Clock(trace, frameCount, settings.clockLoadSetsR);
    case 'nru': return new Nru(trace, frameCount, nruInterval(settings, frameCount), settings.seed);
    case 'lru': return new Lru(trace, frameCount);
    case 'lfu': return new Lfu(trace, frameCount);
    case 'random': return new RandomReplacement(trace, frameCount, settings.seed);
    case '2q': return new TwoQ(trace, frameCount, settings.twoQIn, settings.twoQOut);
    case 'arc': return new Arc(trace, frameCount);
    case 's3-fifo': return new S3Fifo(trace, frameCount, settings.s3Small);
    case 'opt': return new Opt(trace, frameCount);
  }
}
