import type { Node } from 'web-tree-sitter';
import type { BicepFile } from '../bicep/bicepFile.ts';
import { propertiesOf, readLoop } from '../bicep/bicepFile.ts';
import { allowedFunctions } from '../bicep/functions.ts';
import { lineOf, partsOf } from '../bicep/parser.ts';
import { type Infra, resolveFile } from '../infra.ts';

const primitiveTypes = ['array', 'bool', 'int', 'object', 'string'];
const decoratorNames = [
  'allowed',
  'batchSize',
  'description',
  'discriminator',
  'export',
  'maxLength',
  'maxValue',
  'metadata',
  'minLength',
  'minValue',
  'sealed',
  'secure',
];

/** Every name that is used is declared, every output of a module that is read is there, and nothing is declared for nothing. */
export function findSymbolProblems(infra: Infra): string[] {
  return [...infra.files.values()].flatMap(file => checkFile(infra, file));
}

function checkFile(infra: Infra, file: BicepFile): string[] {
  const problems: string[] = [];
  const used = new Set<string>();
  const declared = new Set<string>([
    ...[file.parameters, file.variables, file.types, file.resources, file.modules, file.imports].flatMap(names => [
      ...names.keys(),
    ]),
    ...allowedFunctions,
    ...primitiveTypes,
    ...decoratorNames,
  ]);

  function walk(node: Node, local: ReadonlySet<string>): void {
    if (node.type === 'identifier') {
      used.add(node.text);
      if (!declared.has(node.text) && !local.has(node.text)) {
        problems.push(`${file.path}:${lineOf(node)}: ${node.text} is not declared`);
      }
      return;
    }
    if (node.type === 'member_expression') problems.push(...checkOutput(infra, file, node));
    const parts = node.type === 'object' ? [...propertiesOf(node).values()].map(({ value }) => value) : partsOf(node);
    if (node.type === 'object') {
      for (const part of partsOf(node)) if (part.type === 'decorators') walk(part, local);
    }
    const { names, inner } = namesWithin(node, parts);
    for (const part of inner) walk(part, names.length > 0 ? new Set([...local, ...names]) : local);
  }

  for (const statement of partsOf(file.root)) {
    const isImport = statement.type === 'import_functionality';
    const parts = /declaration$|^user_defined_function$/.test(statement.type)
      ? partsOf(statement).slice(1)
      : [statement];
    if (!isImport) for (const part of parts) walk(part, new Set());
  }
  return [...problems, ...checkImports(infra, file), ...findUnused(infra, file, used)];
}

/** The names that a loop or a lambda has for itself, and the parts in which they hold. */
function namesWithin(node: Node, parts: readonly Node[]): { names: string[]; inner: readonly Node[] } {
  if (node.type === 'for_statement') {
    const { variable, index, items, body } = readLoop(node);
    return { names: index === undefined ? [variable] : [variable, index], inner: [items, body] };
  }
  if (node.type === 'lambda_expression') return { names: [parts[0]?.text ?? ''], inner: parts.slice(1) };
  return { names: [], inner: parts };
}

function checkOutput(infra: Infra, file: BicepFile, node: Node): string[] {
  const [outputs, name] = partsOf(node);
  const [module, member] = outputs?.type === 'member_expression' ? partsOf(outputs) : [];
  const block = member?.text === 'outputs' && module ? file.modules.get(module.text) : undefined;
  const target = block && resolveFile(infra, file, block.reference);
  if (!target || !name || target.outputs.has(name.text)) return [];
  return [`${file.path}:${lineOf(node)}: ${target.path} has no output ${name.text}`];
}

function checkImports(infra: Infra, file: BicepFile): string[] {
  return [...file.imports]
    .filter(([name, source]) => !resolveFile(infra, file, source)?.types.get(name)?.decorators.has('export'))
    .map(([name, source]) => `${file.path}: ${source} does not export ${name}`);
}

function findUnused(infra: Infra, file: BicepFile, used: ReadonlySet<string>): string[] {
  const existing = [...file.resources.values()].filter(block => block.existing).map(({ symbol }) => symbol);
  const exported = (name: string) => file.types.get(name)?.decorators.has('export');
  const names = [
    ...file.parameters.keys(),
    ...file.variables.keys(),
    ...file.types.keys(),
    ...file.imports.keys(),
    ...existing,
  ];
  const outputs = [...file.outputs.keys()].filter(name => file.path !== 'main.bicep' && !isRead(infra, file, name));
  return [
    ...names.filter(name => !used.has(name) && !exported(name)).map(name => `${file.path}: ${name} is not used`),
    ...outputs.map(name => `${file.path}: nobody reads the output ${name}`),
  ];
}

/** Whether a file that has this one as a module reads the output. */
function isRead(infra: Infra, { path }: BicepFile, output: string): boolean {
  return [...infra.files.values()].some(file =>
    [...file.modules.values()].some(
      ({ symbol, reference }) =>
        resolveFile(infra, file, reference)?.path === path &&
        new RegExp(`\\b${symbol}!?\\.outputs\\.${output}\\b`).test(file.root.text),
    ),
  );
}
