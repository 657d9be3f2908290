"""A service in the manner of the FastAPI + SQLAlchemy guide that this one replaces.

The same layers: a session for each request by Depends(get_db), the token decoded and the user
queried by Depends(get_current_active_user), ORM models with a lazy relationship to the owner,
answers built by response_model from ORM objects, lists that count on every request. Its tables are
those of the service. Its own middleware is left out, which is in its favour.
"""
import json
import os
from datetime import datetime
from math import ceil
from typing import List, Optional

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query
from fastapi.middleware.cors import CORSMiddleware
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from jose import JWTError, jwt
from pydantic import BaseModel, Field, validator
from sqlalchemy import Column, DateTime, ForeignKey, Integer, String, Text, create_engine
from sqlalchemy.orm import Session, declarative_base, relationship, sessionmaker

# A request that waits for a connection stops the event loop, and with it those that would give theirs
# back: there are more than there are requests at a time.
engine = create_engine(
    os.environ["DATABASE_URL"].replace("postgres://", "postgresql://"), pool_size=20
)
SessionLocal = sessionmaker(autocommit=False, autoflush=False, bind=engine)
Base = declarative_base()


class User(Base):
    __tablename__ = "users"
    id = Column(String, primary_key=True)
    username = Column(String)
    email = Column(String, nullable=False)
    display_name = Column(String, nullable=False)
    full_name = Column(String)
    bio = Column(Text)
    profile_image = Column(String)
    azure_oid = Column(String)
    roles_text = Column("roles", String, nullable=False)
    deactivated_at = Column(DateTime(timezone=True))
    last_login = Column(DateTime(timezone=True))
    version = Column(Integer, nullable=False)
    created_at = Column(DateTime(timezone=True), nullable=False)
    updated_at = Column(DateTime(timezone=True), nullable=False)
    items = relationship("Item", back_populates="owner")

    @property
    def roles(self):
        return json.loads(self.roles_text)

    @property
    def is_active(self):
        return self.deactivated_at is None

    @property
    def is_superuser(self):
        return "SystemAdmin" in self.roles


class Item(Base):
    __tablename__ = "items"
    id = Column(String, primary_key=True)
    title = Column(String(200), nullable=False)
    description = Column(Text)
    status = Column(String, nullable=False)
    tags = Column(String, nullable=False)
    owner_id = Column(String, ForeignKey("users.id"))
    version = Column(Integer, nullable=False)
    created_at = Column(DateTime(timezone=True), nullable=False)
    updated_at = Column(DateTime(timezone=True), nullable=False)
    owner = relationship("User", back_populates="items")


class OwnerResponse(BaseModel):
    id: str
    username: Optional[str]
    email: str
    display_name: str
    full_name: Optional[str] = Field(None, max_length=100)
    bio: Optional[str] = Field(None, max_length=1000)
    profile_image: Optional[str]
    is_active: bool
    is_superuser: bool
    created_at: datetime
    updated_at: datetime

    class Config:
        orm_mode = True


class UserResponse(OwnerResponse):
    azure_oid: Optional[str]
    roles: List[str]
    last_login: Optional[datetime]
    version: int


class ItemResponse(BaseModel):
    id: str
    title: str = Field(..., min_length=1, max_length=200)
    description: Optional[str] = Field(None, max_length=5000)
    status: str
    tags: List[str] = Field(default_factory=list, max_items=10)
    owner_id: str
    owner: Optional[OwnerResponse] = None
    version: int
    created_at: datetime
    updated_at: datetime

    @validator("tags", pre=True)
    def parse_tags(cls, value):
        return json.loads(value) if isinstance(value, str) else value

    class Config:
        orm_mode = True


class PaginationMeta(BaseModel):
    total: int
    page: int
    limit: int
    pages: int
    has_next: bool
    has_prev: bool


class ItemListResponse(BaseModel):
    success: bool = True
    message: Optional[str] = None
    timestamp: datetime = Field(default_factory=datetime.utcnow)
    data: List[ItemResponse]
    meta: PaginationMeta


def get_db():
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()


security = HTTPBearer()


async def get_current_user(
    credentials: HTTPAuthorizationCredentials = Depends(security),
    db: Session = Depends(get_db),
) -> User:
    try:
        payload = jwt.decode(
            credentials.credentials, os.environ["JWT_SECRET"], algorithms=["HS256"], audience="kaname"
        )
    except JWTError:
        raise HTTPException(status_code=401, detail="Could not validate credentials")
    if payload.get("type") != "access":
        raise HTTPException(status_code=401, detail="Invalid authentication credentials")
    user = db.query(User).filter(User.id == payload.get("sub")).first()
    if user is None:
        raise HTTPException(status_code=404, detail="User not found")
    return user


async def get_current_active_user(current_user: User = Depends(get_current_user)) -> User:
    if not current_user.is_active:
        raise HTTPException(status_code=400, detail="Inactive user")
    return current_user


app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["http://localhost:5173"], allow_credentials=True)
router = APIRouter()


@router.get("/auth/me", response_model=UserResponse)
async def get_me(current_user: User = Depends(get_current_active_user)):
    return UserResponse.from_orm(current_user)


@router.get("/items", response_model=ItemListResponse)
async def get_items(
    skip: int = Query(0, ge=0),
    limit: int = Query(50, ge=1, le=100),
    db: Session = Depends(get_db),
    current_user: User = Depends(get_current_active_user),
):
    query = db.query(Item).filter((Item.status == "published") | (Item.owner_id == current_user.id))
    total = query.count()
    items = query.order_by(Item.id.desc()).offset(skip).limit(limit).all()
    return ItemListResponse(
        data=[ItemResponse.from_orm(item) for item in items],
        meta=PaginationMeta(
            total=total,
            page=(skip // limit) + 1,
            limit=limit,
            pages=ceil(total / limit),
            has_next=(skip + limit) < total,
            has_prev=skip > 0,
        ),
    )


@router.get("/items/{item_id}", response_model=ItemResponse)
async def get_item(
    item_id: str,
    db: Session = Depends(get_db),
    current_user: User = Depends(get_current_active_user),
):
    item = db.query(Item).filter(Item.id == item_id).first()
    if not item:
        raise HTTPException(status_code=404, detail="Item not found")
    if item.status != "published" and item.owner_id != current_user.id:
        raise HTTPException(status_code=403, detail="Not enough permissions")
    return ItemResponse.from_orm(item)


app.include_router(router, prefix="/api/v1")

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning")
