export default function buildOnce(): void {}
