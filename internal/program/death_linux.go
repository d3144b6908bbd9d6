package program

import "syscall"

// dieTogether has a program killed when the thread that starts it ends, and so when this
// process does. It needs no shell, as a guard does, but the program's own children live on.
func dieTogether(how *syscall.SysProcAttr) { how.Pdeathsig = syscall.SIGKILL }
