// Fetches the emoji and icon sets that emoji-sets.tsv names, as npm packages at fixed versions, and
// writes those drawings that training-emoji.tsv names as SVG files.
// Usage: node fetch-emoji.mjs FOLDER_OF_THE_LISTS OUT_FOLDER
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';

const [lists, out] = process.argv.slice(2);
const rows = name => readFileSync(join(lists, name), 'utf8').split('\n')
    .filter(line => line && !line.startsWith('#')).map(line => line.split('\t'));
const files = rows('training-emoji.tsv').map(row => row[2]);

for (const [set, version, licence] of rows('emoji-sets.tsv')) {
  const folder = `${set}-${version}`;
  const wanted = files.filter(file => file.startsWith(folder + '/'));
  if (wanted.every(file => existsSync(join(out, file)))) {
    console.log(`${folder}: there already`);
    continue;
  }
  const work = mkdtempSync(join(tmpdir(), 'pollux-emoji-'));
  try {
    const pack = execFileSync('npm', ['pack', '--silent', `@iconify-json/${set}@${version}`],
        {cwd: work, encoding: 'utf8'}).trim().split('\n').pop();
    execFileSync('tar', ['xzf', pack], {cwd: work});
    const icons = JSON.parse(readFileSync(join(work, 'package/icons.json'), 'utf8'));
    const given = JSON.parse(readFileSync(join(work, 'package/info.json'), 'utf8')).license.spdx;
    if (given !== licence) {
      throw new Error(`${folder} is under ${given}, not ${licence} as emoji-sets.tsv says`);
    }
    for (const file of wanted) {
      let name = file.slice(folder.length + 1, -'.svg'.length);
      while (!icons.icons[name] && icons.aliases?.[name]) {
        name = icons.aliases[name].parent;
      }
      const icon = icons.icons[name];
      if (!icon) {
        throw new Error(`${folder} has no icon ${name}`);
      }
      const of = key => icon[key] ?? icons[key];
      const box = [of('left') ?? 0, of('top') ?? 0, of('width') ?? 16, of('height') ?? 16].join(' ');
      const to = join(out, file);
      mkdirSync(dirname(to), {recursive: true});
      writeFileSync(to + '.part', '<svg xmlns="http://www.w3.org/2000/svg" '
          + `xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="${box}">${icon.body}</svg>`);
      renameSync(to + '.part', to);
    }
    console.log(`${folder}: ${wanted.length} drawings, ${licence}`);
  } finally {
    rmSync(work, {recursive: true, force: true});
  }
}
