interface NotebookCell {
  /** From 1, text cells counted too, as notebooks show them. */
  readonly number: number;
  readonly text: string;
}

interface Notebook {
  readonly cells?: readonly { readonly cell_type?: string; readonly source?: string | readonly string[] }[];
}

/** The cells of code of a Jupyter notebook (nbformat 4); none when it is no such file. */
export function notebookCells(content: string): readonly NotebookCell[] {
  return (readNotebook(content).cells ?? []).flatMap((cell, index) =>
    cell.cell_type === "code" ? [{ number: index + 1, text: [cell.source ?? ""].flat().join("") }] : [],
  );
}

function readNotebook(content: string): Notebook {
  try {
    return JSON.parse(content) as Notebook;
  } catch {
    // Half a notebook runs nowhere.
    return {};
  }
}
