import type { Node } from 'web-tree-sitter';
import { parseBicep, partsOf } from './parser.ts';

export type Decorators = ReadonlyMap<string, Node | undefined>;

export interface Parameter {
  readonly type: Node;
  readonly standard: Node | undefined;
  readonly decorators: Decorators;
}

export interface TypeDeclaration {
  readonly type: Node;
  readonly decorators: Decorators;
}

/** A resource or a module: its object, and what it stands in. */
export interface Block {
  readonly symbol: string;
  /** `Namespace/type@version` of a resource, the path of a module. */
  readonly reference: string;
  readonly existing: boolean;
  readonly body: Node;
  readonly condition: Node | undefined;
  readonly loop: Loop | undefined;
}

export interface Loop {
  readonly variable: string;
  readonly index: string | undefined;
  readonly items: Node;
}

/** What one .bicep file declares, by name. */
export interface BicepFile {
  /** Relative to `infra/`. */
  readonly path: string;
  readonly root: Node;
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly variables: ReadonlyMap<string, Node>;
  readonly types: ReadonlyMap<string, TypeDeclaration>;
  readonly resources: ReadonlyMap<string, Block>;
  readonly modules: ReadonlyMap<string, Block>;
  readonly outputs: ReadonlyMap<string, Node>;
  /** The name here, and the file that declares it. */
  readonly imports: ReadonlyMap<string, string>;
}

export function readBicepFile(path: string, text: string): BicepFile {
  const root = parseBicep(text);
  const parameters = new Map<string, Parameter>();
  const variables = new Map<string, Node>();
  const types = new Map<string, TypeDeclaration>();
  const resources = new Map<string, Block>();
  const modules = new Map<string, Block>();
  const outputs = new Map<string, Node>();
  const imports = new Map<string, string>();
  let decorators: Decorators = new Map();
  for (const statement of partsOf(root)) {
    const [first, second, third] = partsOf(statement);
    if (statement.type === 'decorators') {
      decorators = readDecorators(statement);
      continue;
    }
    if (statement.type === 'import_functionality') {
      const source = partsOf(statement).at(-1);
      for (const name of partsOf(statement).slice(0, -1)) imports.set(name.text, textOf(source));
    } else if (first && second) {
      if (statement.type === 'parameter_declaration')
        parameters.set(first.text, { type: second, standard: third, decorators });
      if (statement.type === 'variable_declaration') variables.set(first.text, second);
      if (statement.type === 'type_declaration') types.set(first.text, { type: second, decorators });
      if (statement.type === 'resource_declaration') resources.set(first.text, readBlock(statement));
      if (statement.type === 'module_declaration') modules.set(first.text, readBlock(statement));
      if (statement.type === 'output_declaration' && third) outputs.set(first.text, third);
    }
    decorators = new Map();
  }
  return { path, root, parameters, variables, types, resources, modules, outputs, imports };
}

export interface Property {
  readonly value: Node;
  readonly decorators: Decorators;
}

/** The properties of an object or of an object type; a key with an interpolation is given as it is written. */
export function propertiesOf(object: Node): Map<string, Property> {
  const properties = new Map<string, Property>();
  let decorators: Decorators = new Map();
  for (const part of partsOf(object)) {
    if (part.type === 'decorators') {
      decorators = readDecorators(part);
      continue;
    }
    const [key, value] = part.text.startsWith('*') ? [undefined, partsOf(part)[0]] : partsOf(part);
    if (value) properties.set(key ? (key.type === 'string' ? textOf(key) : key.text) : '*', { value, decorators });
    decorators = new Map();
  }
  return properties;
}

/** The text of a string without its quotes; an interpolation stays as it is written. */
export function textOf(string: Node | undefined): string {
  return string?.text.replace(/^'|'$/g, '').replace(/\\(.)/g, '$1') ?? '';
}

export function readLoop(statement: Node): Loop & { readonly body: Node } {
  const [variable, items] = partsOf(statement);
  const body = statement.childForFieldName('body');
  if (!variable || !items || !body) throw new Error(`Not a loop: ${statement.text}`);
  const [name = variable, index] = partsOf(variable);
  return { variable: name.text, index: index?.text, items, body };
}

function readBlock(statement: Node): Block {
  const [symbol, reference] = partsOf(statement);
  let body = partsOf(statement).at(-1);
  let loop: Loop | undefined;
  let condition: Node | undefined;
  if (body?.type === 'for_statement') {
    loop = readLoop(body);
    body = readLoop(body).body;
  }
  if (body?.type === 'if_statement') [condition, body] = partsOf(body);
  if (!symbol || !reference || !body) throw new Error(`Not a resource or module: ${statement.text}`);
  const existing = statement.children.some(child => child.type === 'existing');
  return { symbol: symbol.text, reference: textOf(reference), existing, body, condition, loop };
}

function readDecorators(node: Node): Decorators {
  const calls = partsOf(node).map(decorator => partsOf(decorator)[0]);
  return new Map(
    calls.map(call => {
      const parameters = call?.childForFieldName('arguments');
      return [call?.childForFieldName('function')?.text ?? '', parameters ? partsOf(parameters)[0] : undefined];
    }),
  );
}
