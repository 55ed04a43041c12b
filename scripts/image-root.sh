#!/bin/sh
# Puts what an image of the agent needs beside the agent itself into a folder: Node with the libraries that it is linked
# to, and names for its user. Nothing else, so neither a shell nor a package is in the image.
#
#   image-root.sh NODE FOLDER
set -eu
node=$1
root=$2

mkdir -p "$root/usr/local/bin" "$root/etc" "$root/app" "$root/var/lib/podlapse"
cp "$node" "$root/usr/local/bin/node"
# The dynamic linker, and each library under the path where it is looked for.
ldd "$node" | grep -o '/[^ ]*' | sort -u | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
echo 'podlapse:x:65532:65532:podlapse agent:/nonexistent:/nonexistent' > "$root/etc/passwd"
echo 'podlapse:x:65532:' > "$root/etc/group"
# The spool, where no volume is mounted.
chown 65532:65532 "$root/var/lib/podlapse"
