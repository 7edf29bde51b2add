//! What the addon keeps per environment.

use std::mem::ManuallyDrop;
use std::ptr::NonNull;

use napi::bindgen_prelude::{Env, Error, Result, Uint32Array};

use super::hot;
use super::net::Net;
use super::slots::{Slots, Wire};

/// One environment's wires and tables.
#[derive(Default)]
pub(super) struct State {
    pub(super) slots: Slots<Wire>,
    /// Sockets, once there are any.
    pub(super) net: Option<Net>,
    /// Tables of records. `lib/` makes them, gives them away once and never lets anybody else see
    /// them, so nothing can detach them and they live as long as the environment. Never dropped:
    /// their references end with the environment, when Node-API may no longer be called.
    tables: Vec<ManuallyDrop<Uint32Array>>,
}

impl State {
    /// Takes a table, and gives the number it is known by. The first one is the control table.
    pub(super) fn add_table(&mut self, table: Uint32Array) -> Result<u32> {
        if self.tables.is_empty() && table.len() < hot::CONTROL_WORDS + hot::STAGING_WORDS {
            return Err(Error::from_reason("the control table is too short"));
        }
        self.tables.push(ManuallyDrop::new(table));
        u32::try_from(self.tables.len() - 1).map_err(|_| Error::from_reason("too many tables"))
    }

    /// The wires and the control table, borrowed together.
    #[inline]
    pub(super) fn with_control(&mut self) -> Option<(&mut Slots<Wire>, &mut [u32])> {
        let control = self.tables.get_mut(hot::CONTROL)?;
        // SAFETY: as in `with_table`.
        Some((&mut self.slots, unsafe { control.as_mut() }))
    }

    /// The wires, the control table, and the table it names, borrowed together.
    #[inline]
    pub(super) fn with_table(&mut self) -> Option<(&mut Slots<Wire>, &mut [u32], &mut [u32])> {
        let table = self.control()?[hot::TABLE] as usize;
        let [control, table] = self.tables.get_disjoint_mut([hot::CONTROL, table]).ok()?;
        // SAFETY: the memory belongs to typed arrays that are never detached or resized (see the
        // field), is used by this thread only, and no other slice of it exists: `self` is borrowed,
        // and the two are different arrays.
        Some((&mut self.slots, unsafe { control.as_mut() }, unsafe { table.as_mut() }))
    }

    /// The sockets, the control table, and the table it names, borrowed together.
    pub(super) fn with_net(&mut self) -> Option<(&mut Net, &mut [u32], &mut [u32])> {
        let table = self.control()?[hot::TABLE] as usize;
        let [control, table] = self.tables.get_disjoint_mut([hot::CONTROL, table]).ok()?;
        // SAFETY: as in `with_table`.
        Some((self.net.as_mut()?, unsafe { control.as_mut() }, unsafe { table.as_mut() }))
    }

    /// The control table, the table and the marks it names, borrowed together.
    #[inline]
    pub(super) fn with_marks(&mut self) -> Option<(&mut [u32], &mut [u32], &mut [u32])> {
        let control = self.control()?;
        let (table, marks) = (control[hot::TABLE] as usize, control[hot::MARKS] as usize);
        let [control, table, marks] =
            self.tables.get_disjoint_mut([hot::CONTROL, table, marks]).ok()?;
        // SAFETY: as in `with_table`.
        Some(unsafe { (control.as_mut(), table.as_mut(), marks.as_mut()) })
    }

    fn control(&self) -> Option<&[u32]> {
        self.tables.get(hot::CONTROL).map(|table| &table[..])
    }
}

/// Makes the state of an environment and gives where it stays until that environment ends.
pub(super) fn install(env: Env) -> Result<NonNull<State>> {
    let state = Box::leak(Box::default());
    let pointer = NonNull::from(state);
    env.set_instance_data(Instance(pointer), (), |_| ())?;
    Ok(pointer)
}

/// Owns the state, as the environment's instance data: dropped when the environment ends.
struct Instance(NonNull<State>);

impl Drop for Instance {
    fn drop(&mut self) {
        // SAFETY: the pointer comes from `Box::leak` in `install` and is freed here alone. The
        // environment is ending, so no function of ours runs or will.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

/// Runs `body` with the state of the environment a `#[napi]` function was called in.
pub(super) fn with<T>(env: Env, body: impl FnOnce(&mut State) -> T) -> Result<T> {
    let instance = env.get_instance_data::<Instance>()?.ok_or_else(|| {
        Error::from_reason("peer-wire-protocol is not loaded in this environment")
    })?;
    // SAFETY: alive until the environment ends, and exclusive because no function of ours runs
    // inside another (see `binding`) and `body` cannot keep it.
    Ok(body(unsafe { instance.0.as_mut() }))
}
