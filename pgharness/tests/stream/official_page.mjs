// Makes the official page of a stream: messages on the input, HTML on the output.
import { createInterface } from "node:readline";
import { CucumberHtmlStream } from "@cucumber/html-formatter";

const page = new CucumberHtmlStream();
page.pipe(process.stdout);
for await (const line of createInterface({ input: process.stdin })) {
  page.write(JSON.parse(line));
}
page.end();
