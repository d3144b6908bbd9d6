package acceptance

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// A provider that crashes has Go print the stacks of all that it does, and the
// CLI passes that on. SIGQUIT makes it crash in the middle of token requests, as
// a panic would, with every secret in memory.
func testSecrecyCrash(l *sandboxLab) {
	if runtime.GOOS != "linux" {
		l.T.Skip("it takes /proc to find the plugin")
	}
	log, m := l.talkative(), newMirror(l)
	l.Env["GOTRACEBACK"] = "all"
	secrets := l.makeUp()
	sets := slices.Concat(oauth2Sets(), customSets())
	l.Configure(l.head(""), madeUpVariable,
		providerBlock("made_up", setBlocks(sets, func(s madeUpSet) string { return m.url + "/hang/" + s.service + "/" + s.name })),
		all("data", "oauth2", "made_up", "this", sets, ""), all("data", "custom", "made_up", "this", sets, ""))
	p := clitest.Must(l.Start(l.T.Context(), "plan", "-parallelism=30"))(l.T)
	for deadline := time.Now().Add(time.Minute); m.hanging() < len(sets) && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		continue
	}
	l.quit(p)
	result := clitest.Must(p.Wait())(l.T)
	for _, part := range []string{"goroutine ", "internal/token.(*call)"} {
		if result.Code != 1 || !strings.Contains(result.Stdout+result.Stderr+l.Read(log), part) {
			l.T.Errorf("ended with %d, and nothing says %q", result.Code, part)
		}
	}
	seen := m.needles(secrets)
	m.checkFindable(l, slices.Concat(sentOf(secrets), seen))
	l.MustNotHold(slices.Concat(secrets, seen)...)
}

// hanging returns how many requests wait for an answer.
func (m *mirror) hanging() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.paths)
}

// quit ends the plugins of a run as a crash does.
func (l *sandboxLab) quit(p *clitest.Process) {
	l.T.Helper()
	if l.signalPlugins(p, syscall.SIGQUIT) == 0 {
		l.T.Errorf("no plugin among %v", p.Survivors(0))
	}
}

// signalPlugins sends a signal to the processes of this provider in a run, and returns how
// many there are.
func (l *sandboxLab) signalPlugins(p *clitest.Process, signal os.Signal) (sent int) {
	l.T.Helper()
	for _, member := range p.Survivors(0) {
		var pid int
		clitest.Must(fmt.Sscanf(member, "%d", &pid))(l.T)
		program, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
		if err != nil || !strings.HasPrefix(filepath.Base(program), "terraform-provider-apitoken") {
			continue
		}
		plugin := clitest.Must(os.FindProcess(pid))(l.T)
		if err := plugin.Signal(signal); !errors.Is(err, os.ErrProcessDone) {
			clitest.OK(l.T, err)
			sent++
		}
	}
	return sent
}
