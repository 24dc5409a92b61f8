import { expect, run, runToEnd, setProgram, state, test } from './fixture';

test('an endless loop runs, the window stays responsive, Stop works', async ({ page }) => {
  await setProgram(page, 'int main(void)\n{\n    volatile unsigned long n = 0;\n    for (;;)\n        n++;\n}\n');
  await run(page);
  await expect(state(page)).toContainText('Running', { timeout: 40_000 });
  const instructions = page.locator('.status span', { hasText: 'instructions' }).locator('b');
  const before = await instructions.textContent();
  await expect.poll(() => instructions.textContent()).not.toBe(before);
  const gap = await page.evaluate(() => new Promise<number>((resolve) => {
    let last = performance.now();
    let worst = 0;
    const until = last + 1_500;
    const tick = (now: number): void => {
      worst = Math.max(worst, now - last);
      last = now;
      if (now < until) requestAnimationFrame(tick);
      else resolve(worst);
    };
    requestAnimationFrame(tick);
  }));
  expect(gap).toBeLessThan(500);
  await page.keyboard.press('Control+K');
  await expect(page.locator('[data-test=palette-dialog]')).toBeVisible({ timeout: 2_000 });
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+F5');
  await expect(state(page)).toContainText('Paused');
  await page.keyboard.press('F5');
  await expect(state(page)).toContainText('Running');
  await page.keyboard.press('Shift+F5');
  await expect(state(page)).not.toContainText(/Running|Paused/, { timeout: 5_000 });
  await page.locator('[data-test=source]').click();
  await expect(page.locator('[data-test=run]')).toBeEnabled();
});

test('a breakpoint, steps, variables', async ({ page }) => {
  await page.locator('.cm-line', { hasText: 'line = greeting("Grace")' }).click();
  await page.keyboard.press('F9');
  await expect(page.locator('.cm-breakpoint')).toHaveCount(1);
  await run(page);
  await expect(state(page)).toContainText('Paused', { timeout: 40_000 });
  await expect(page.locator('.cm-line-here')).toContainText('line = greeting("Grace")');
  const variables = page.locator('[data-test=variables]');
  await expect(variables).toContainText('line');
  await expect(variables.getByRole('treeitem').first()).toContainText('Hello, Ada!');
  await page.keyboard.press('F11');
  await expect(page.locator('.cm-line-here')).toContainText('malloc(32)');
  await expect(page.locator('[data-test=calls] [role=option]').first()).toContainText('greeting');
  await page.keyboard.press('F10');
  await expect(page.locator('.cm-line-here')).toContainText('snprintf');
  await page.keyboard.press('Control+F11');
  await expect(page.locator('[data-test=calls] [role=option]').first()).toContainText('main');
  await page.keyboard.press('F5');
  await expect(state(page)).toContainText('At exit');
  await expect(page.locator('[data-test=definite-bytes]')).toHaveText('32');
});

test('standard input is typed in the console; Ctrl+D ends it', async ({ page }) => {
  await setProgram(page, '#include <stdio.h>\nint main(void)\n{\n    char line[64];\n    int n = 0;\n    while (fgets(line, sizeof line, stdin))\n        printf("got %d: %s", ++n, line);\n    printf("end after %d\\n", n);\n    return 0;\n}\n');
  await run(page);
  const input = page.locator('[data-test=stdin]');
  await expect(input).toBeEnabled({ timeout: 40_000 });
  await input.fill('alpha');
  await input.press('Enter');
  await expect(page.locator('[data-test=console]')).toContainText('got 1: alpha');
  await input.fill('beta');
  await input.press('Enter');
  await input.press('Control+d');
  await expect(page.locator('[data-test=console]')).toContainText('end after 2');
  await expect(state(page)).toContainText('exit status 0');
});

test('output without end neither hangs the window nor grows without bound', async ({ page }) => {
  await setProgram(page, '#include <stdio.h>\nint main(void)\n{\n    for (unsigned long n = 0;; n++)\n        printf("line %lu of a program that never stops writing\\n", n);\n}\n');
  await run(page);
  await expect(page.locator('[data-test=console]')).toContainText('never stops writing', { timeout: 40_000 });
  await page.waitForTimeout(1_500);
  await page.keyboard.press('Control+K');
  await expect(page.locator('[data-test=palette-dialog]')).toBeVisible({ timeout: 3_000 });
  await page.keyboard.press('Escape');
  expect(await page.locator('[data-test=console] .line').count()).toBeLessThan(200);
  await page.keyboard.press('Shift+F5');
  await expect(state(page)).not.toContainText(/Running/, { timeout: 5_000 });
});

test('infinite recursion ends at the guard of the stack, explained', async ({ page }) => {
  await setProgram(page, '#include <stdio.h>\nstatic int down(int n)\n{\n    char room[512];\n    room[0] = (char)n;\n    return down(n + 1) + room[0];\n}\nint main(void)\n{\n    return down(0);\n}\n');
  await runToEnd(page);
  await expect(state(page)).toContainText('SIGSEGV');
  await expect(page.locator('[data-test=ending]')).toContainText(/the stack overflowed\. The stack grew past its limit of 8 MiB into the guard gap/);
});

test('100 GB of malloc is allowed until it is touched', async ({ page }) => {
  await setProgram(page, '#include <stdio.h>\n#include <stdlib.h>\nint main(void)\n{\n    char *p = malloc(100000000000UL);\n    printf("%s\\n", p ? "given" : "refused");\n    free(p);\n    return 0;\n}\n');
  await runToEnd(page);
  await expect(page.locator('[data-test=console]')).toContainText('given');
  await expect(state(page)).toContainText('exit status 0');
});
