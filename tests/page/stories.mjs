// All stories named on the command line in one program, so that they share a browser and its windows.

for (const name of process.argv.slice(2)) await import(`./${name}.test.mjs`);
