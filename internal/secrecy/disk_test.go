package secrecy

import (
	"go/ast"
	"go/types"
	"slices"
)

// writers are the functions of package os that make or change a file or a directory.
func writers() []string {
	return []string{
		"Chmod", "Chown", "Chtimes", "CopyFS", "Create", "CreateTemp", "Lchown", "Link", "Mkdir", "MkdirAll", "MkdirTemp", "OpenFile", "OpenInRoot", "OpenRoot",
		"Rename", "Symlink", "Truncate", "WriteFile",
	}
}

// nothingIsWrittenToDisk: the provider's own code has no file to which it could write.
func nothingIsWrittenToDisk(t reporter, found []site) {
	t.Helper()
	for _, s := range found {
		name, ok := s.node.(*ast.Ident)
		if !ok {
			continue
		}
		function, ok := s.pkg.TypesInfo.Uses[name].(*types.Func)
		if ok && function.Pkg() != nil && function.Pkg().Path() == "os" && function.Signature().Recv() == nil && slices.Contains(writers(), function.Name()) {
			t.Errorf("%s: %s writes to disk", s.at(), s.in)
		}
	}
}
