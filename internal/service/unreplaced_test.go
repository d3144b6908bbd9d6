package service

import "testing"

// A path may have a dollar sign or a percent sign of its own.
func TestUnreplaced(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"~/store": "~", "~user/store": "~", "$HOME/store": "$HOME", "${HOME}/store": "${HOME}", "/scratch/$USER-a": "$USER",
		"%APPDATA%\\store": "%APPDATA%", "/a/${ci_dir}": "${ci_dir}",
		"/var/cache/apitoken": "", "/a/b~": "", `\\server\share$\store`: "", `C:\$Recycle.Bin`: "", "/a/100%/b%20c": "", "/a/$": "", "/a$1": "", "": "",
	} {
		if part, remedy := Unreplaced(path); part != want || (remedy == "") != (want == "") {
			t.Errorf("%q: %q, %q", path, part, remedy)
		}
	}
}
