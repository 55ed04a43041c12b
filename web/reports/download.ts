/** Lets the browser keep a response as a file, named as the response says. A bare link could not send the token. */
export async function download(response: Response, otherwise: string): Promise<void> {
  const named = /filename="([^"/\\]+)"/.exec(response.headers.get('content-disposition') ?? '');
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = named?.[1] ?? otherwise;
  document.body.append(link);
  link.click();
  link.remove();
  URL.revokeObjectURL(url);
}
