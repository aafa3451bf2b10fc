// `npm start`: checks Node, bundles what is stale, and hands over to main.ts. The syntax stays old enough for an old
// Node to read as far as its one clear line.
import { nodeFault } from './node-version.mjs';

function fail(message) {
  process.stderr.write(message + '\n');
  process.exit(1);
}

const fault = nodeFault(process.versions.node);
if (fault) {
  fail(fault);
} else {
  import('./build.mjs')
    .catch(function (error) {
      if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
      fail('The packages Zoodeck needs are not installed. Run `npm ci` in ' + process.cwd() + ' first.');
    })
    .then(function (build) {
      return build.buildBundles().then(function () {
        return import(build.launcherUrl).then(function (launcher) {
          return launcher.main(process.argv.slice(2), build);
        });
      });
    })
    .catch(function (error) {
      fail(error.expected === true ? error.message : error.stack);
    });
}
