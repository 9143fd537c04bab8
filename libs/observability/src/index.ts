export {};
export { CpuMeter } from './cpu-meter';
