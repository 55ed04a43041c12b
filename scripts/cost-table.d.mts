/** The table as Markdown, a line for each number of clusters. */
export declare function costTable(): string;
