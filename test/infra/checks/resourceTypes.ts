import { armShape } from '../armShapes.ts';
import { type BicepFile, type Block, propertiesOf } from '../bicep/bicepFile.ts';
import { anything, type ObjectShape, type PropertyShape, type Shape } from '../bicep/shape.ts';
import type { Infra } from '../infra.ts';
import { checkValue } from './values.ts';

/** Properties that Bicep itself gives every resource. */
const ownProperties = ['parent', 'scope', 'dependsOn'];

/** Every property of every resource against what the Bicep compiler knows of that type at that API version. */
export function findResourceProblems(infra: Infra): string[] {
  return [...infra.files.values()].flatMap(file =>
    [...file.resources.values()].flatMap(block => checkResource(infra, file, block)),
  );
}

function checkResource(infra: Infra, file: BicepFile, block: Block): string[] {
  const [type = '', version = ''] = block.reference.split('@');
  const shape = armShape(type, version);
  if (!shape) return [`${file.path}: ${block.symbol}: nothing is known of ${block.reference}`];
  if (block.existing) return propertiesOf(block.body).size > 0 ? [] : [`${file.path}: ${block.symbol} is not named`];
  return checkValue(block.body, withOwnProperties(shape), { infra, file, path: block.symbol });
}

function withOwnProperties(shape: Shape): Shape {
  if (shape.is === 'discriminated') {
    return { ...shape, of: new Map([...shape.of].map(([name, variant]) => [name, addOwn(variant)])) };
  }
  return shape.is === 'object' ? addOwn(shape) : shape;
}

function addOwn(shape: ObjectShape): ObjectShape {
  const own = ownProperties.map((name): [string, PropertyShape] => [
    name,
    { shape: () => anything, required: false, readOnly: false },
  ]);
  return { ...shape, properties: new Map([...shape.properties, ...own]) };
}
